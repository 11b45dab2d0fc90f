import { spawnSync } from "node:child_process";
import type { TrainingData } from "./trainingData.ts";

/** What bench/peers/training_sbi.py prints; the plain network has steps alone. */
export interface PeerResult {
  readonly density: string;
  readonly threads: number;
  readonly epochs: number;
  readonly msPerStep: number;
  /** Of the fastest epoch: what a machine that does nothing else would do. */
  readonly msPerStepFastest: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly heldOut: number;
}

export interface PeerOptions {
  readonly threads: number;
  readonly seed: number;
  /** At most; by default sbi's own stopping rule decides. */
  readonly epochs: number | undefined;
}

/** Runs the peer in a process of its own. */
export function runPeer(
  python: string,
  density: "maf" | "nsf" | "plain",
  data: TrainingData | undefined,
  { threads, seed, epochs }: PeerOptions,
): PeerResult {
  const ofData =
    data === undefined
      ? []
      : ["--data", data.folder, "--parameters", `${data.simulations.parameters.length}`].concat([
          "--columns",
          `${data.simulations.columns.length}`,
        ]);
  const limit = epochs === undefined ? [] : ["--epochs", `${epochs}`];
  const options = ["--density", density, "--threads", `${threads}`, "--seed", `${seed}`, ...ofData, ...limit];
  const { stdout, status } = spawnSync(python, ["bench/peers/training_sbi.py", ...options], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", OMP_NUM_THREADS: `${threads}` },
  });
  if (status !== 0) throw new Error(`the peer ended with status ${status}`);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}
