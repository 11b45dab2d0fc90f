/** Writes the weights of train.py as ONNX: node --import tsx examples/diffusion/network/write.ts FOLDER 64 64 64 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createEstimator, toOnnx } from "@poolish/estimators";
import { NETWORK_PARAMETERS } from "../angleSimulator.ts";
import { smallNetwork } from "../diffusion.ts";

const [folder, ...hidden] = process.argv.slice(2);
const { spec } = smallNetwork({ onWarning: () => {} });
if (spec.density.kind !== "layered") throw new Error("an imported network is layered");
const layers = [
  ...hidden.map((width) => ({ numOutputs: Number(width), activation: "tanh" as const })),
  { numOutputs: 1, activation: "identity" as const },
];
const bytes = new Uint8Array(readFileSync(join(folder, "weights.f32")));
const weights = new Float32Array(bytes.buffer);
const estimator = createEstimator(
  { ...spec, parameters: NETWORK_PARAMETERS, density: { ...spec.density, layers } },
  weights,
);
writeFileSync(new URL("../angle.onnx", import.meta.url), toOnnx(estimator));
