/** Writes trials for check.py, rows of v, a, z, t, theta, rt, response in float32: node --import tsx examples/diffusion/network/simulate.ts FILE */
import { writeFileSync } from "node:fs";
import { rngFromSeed } from "@poolish/core";
import { NETWORK_PARAMETERS, simulateAngle } from "../angleSimulator.ts";

const COUNT = 1_000_000;
const WIDTH = 7;
const rng = rngFromSeed(7);
const rows = new Float32Array(COUNT * WIDTH);
for (let i = 0; i < COUNT; i++) {
  const [v, a, z, t, theta] = NETWORK_PARAMETERS.map(
    ({ box: [lower, upper] }) => lower + rng.uniform() * (upper - lower),
  );
  const { rt, response } = simulateAngle(rng, { v, a, z, t, theta });
  rows.set([v, a, z, t, theta, rt, response], i * WIDTH);
}
writeFileSync(process.argv[2], new Uint8Array(rows.buffer));
