import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { BenchModel } from "./benchModel.ts";
import type { RunOptions, RunResult } from "./runModel.ts";

export type Run = Omit<RunOptions, "seed">;
export type PeerName = "numpyro" | "nutpie";

/** A peer in a process of its own, which waits until it is its turn. */
export interface Peer {
  /** The next run: of the first model with seeds 1, 2, …, then of the second, and so on. */
  next(): Promise<RunResult>;
  end(): void;
}

/** Starts a peer and waits until it has compiled the first model. It runs each of `models` `seeds` times. */
export async function startPeer(
  python: string,
  name: PeerName,
  models: readonly BenchModel[],
  run: Run,
  seeds: number,
): Promise<Peer> {
  const folder = mkdtempSync(join(tmpdir(), "poolish-bench-"));
  const path = join(folder, "data.json");
  writeFileSync(path, JSON.stringify(Object.fromEntries(models.map((model) => [model.name, model.data]))));
  const options = Object.entries({ ...run, seeds }).flatMap(([key, value]) => [`--${key}`, String(value)]);
  const child = spawn(python, [`bench/peers/sampling_${name}.py`, "--data", path, ...options], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const lineThat = async (isMeant: (line: string) => boolean): Promise<string> => {
    for (;;) {
      const { done, value } = await lines.next();
      if (done) throw new Error(`${name} ended early`);
      if (isMeant(value)) return value;
    }
  };
  const isReady = (line: string) => line === "ready";
  await lineThat(isReady);
  let left = models.length * seeds;
  return {
    async next() {
      child.stdin.write("\n");
      const result: RunResult = JSON.parse(await lineThat((line) => line.startsWith("{")));
      left--;
      if (left > 0) await lineThat(isReady);
      return result;
    },
    end() {
      child.kill();
      rmSync(folder, { recursive: true });
    },
  };
}

/** All runs of a peer, one after the other. */
export async function runPeer(
  python: string,
  name: PeerName,
  models: readonly BenchModel[],
  run: Run,
  seeds: number,
): Promise<readonly RunResult[]> {
  const peer = await startPeer(python, name, models, run, seeds);
  const results: RunResult[] = [];
  while (results.length < models.length * seeds) results.push(await peer.next());
  peer.end();
  return results;
}
