import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulations, simulate } from "@poolish/sbi";
import { type SbibmTask, sbibmSimulator, sbibmTask } from "@poolish/testkit";

/** Simulations of a task to train on, fresh ones to compare on, and a folder where a peer finds the same numbers. */
export interface TrainingData {
  readonly task: SbibmTask["name"];
  readonly simulations: Simulations;
  readonly test: Simulations;
  readonly folder: string;
}

export async function trainingData(
  name: SbibmTask["name"],
  numSimulations: number,
  numTest: number,
  seed: number,
): Promise<TrainingData> {
  const task = sbibmTask(name);
  const parameters = task.parameters.map(({ name: parameter, support }) => {
    if (support.kind === "interval" || support.kind === "integer") return { name: parameter, support };
    throw new Error(`${parameter} is not a number`);
  });
  const options = { simulator: sbibmSimulator(task), prior: { parameters, sample: task.samplePrior } };
  const simulations = await simulate({ ...options, count: numSimulations, seed });
  const test = await simulate({ ...options, count: numTest, seed: seed + 1_000_000 });
  const folder = mkdtempSync(join(tmpdir(), "poolish-training-"));
  const arrays = { theta: simulations.theta, x: simulations.x, testTheta: test.theta, testX: test.x };
  for (const [file, values] of Object.entries(arrays)) writeFileSync(join(folder, `${file}.f64`), values);
  return { task: name, simulations, test, folder };
}
