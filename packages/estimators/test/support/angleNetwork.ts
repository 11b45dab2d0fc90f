import { readFileSync } from "node:fs";
import { interval, positive, real } from "@poolish/core";
import { fromOnnx, type ImportedNetwork } from "../../src/onnx/fromOnnx.ts";
import type { OnnxSpec } from "../../src/onnx/onnxSpec.ts";

const file = (name: string) => readFileSync(new URL(`../data/${name}`, import.meta.url));

/** The network of data/angle_2x100.onnx (LANfactory, MIT): v, a, z, t, theta, then rt and response. */
export const ANGLE_SPEC: OnnxSpec = {
  name: "angle",
  parameters: [
    { name: "v", support: real, box: [-3, 3] },
    { name: "a", support: positive, box: [0.3, 3] },
    { name: "z", support: interval(0, 1), box: [0.1, 0.9] },
    { name: "t", support: positive, box: [0.001, 2] },
    { name: "theta", support: real, box: [-0.1, 1.3] },
  ],
  columns: [
    { name: "rt", kind: "continuous", bounds: { lower: "t" } },
    { name: "response", kind: "category", categories: [-1, 1] },
  ],
};

export const angleBytes = (): Uint8Array => new Uint8Array(file("angle_2x100.onnx"));

let shared: ImportedNetwork | undefined;

/** Read once: its checks take a while. */
export function angleNetwork(): ImportedNetwork {
  shared ??= fromOnnx(angleBytes(), ANGLE_SPEC, { onWarning: () => {} });
  return shared;
}

/** θ, rt, response and log-likelihood of twelve trials, by the network's own framework. */
export function goldenTrials(): number[][] {
  const [, ...lines] = file("angle_2x100.csv").toString().trim().split("\n");
  return lines.map((line) => line.split(",").map(Number));
}
