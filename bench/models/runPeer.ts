import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchModel } from "./benchModel.ts";
import type { RunOptions, RunResult } from "./runModel.ts";

export type Run = Omit<RunOptions, "seed">;
export type Peer = "numpyro" | "nutpie";

/** Runs a peer in a process of its own, with one line of JSON for each model and seed. */
export function runPeer(
  python: string,
  peer: Peer,
  models: readonly BenchModel[],
  run: Run,
  seeds: number,
): RunResult[] {
  const folder = mkdtempSync(join(tmpdir(), "poolish-bench-"));
  try {
    const path = join(folder, "data.json");
    writeFileSync(path, JSON.stringify(Object.fromEntries(models.map(({ name, data }) => [name, data]))));
    const options = Object.entries({ ...run, seeds }).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const script = [`bench/peers/sampling_${peer}.py`, "--data", path, ...options];
    const { stdout, status } = spawnSync(python, script, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
    });
    if (status !== 0) throw new Error(`${peer} ended with status ${status}`);
    const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
    return lines.map((line): RunResult => JSON.parse(line));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
