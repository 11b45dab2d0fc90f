/**
 * Training beside sbi 0.27 on the same simulations: milliseconds an optimiser step at sbi's batch of 200 with sbi's shapes,
 * and seconds until the log-density of fresh simulations is what sbi's is when its own rule has stopped it.
 * `npm run bench:training [-- --peer PYTHON] [--tasks two_moons,slcp] [--peer-epochs 3] [--epochs 50] [--json]`
 * PYTHON has the packages of bench/peers/training_requirements.txt; it runs with one torch thread and with two, and the better
 * counts. `--peer-epochs` ends sbi early: then its steps are comparable, its held-out log-density is not.
 */
import { rmSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import type { NleOptions } from "@poolish/sbi";
import type { SbibmTask } from "@poolish/testkit";
import { formatTable } from "../examples/factories/comparisonTable.ts";
import { timePlainNetwork } from "./training/plainNetwork.ts";
import { type OurResult, runOurs, secondsTo } from "./training/runOurs.ts";
import { type PeerResult, runPeer } from "./training/runPeer.ts";
import { type TrainingData, trainingData } from "./training/trainingData.ts";

const { values: flags } = parseArgs({
  options: {
    tasks: { type: "string", default: "two_moons,slcp" },
    densities: { type: "string", default: "maf,nsf,autoregressive" },
    simulations: { type: "string", default: "10000" },
    test: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    threads: { type: "string", default: "1,2" },
    peer: { type: "string" },
    "peer-epochs": { type: "string" },
    epochs: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const seed = Number(flags.seed);
const threads = flags.threads.split(",").map(Number);
const epochs = flags.epochs === undefined ? {} : { numEpochs: Number(flags.epochs) };
/** Steps are timed at sbi's batch; epochs that suffice for that, the first not counted. */
const STEP_OPTIONS = { batchSize: 200, numEpochs: 6 } as const;

type Density = NonNullable<NleOptions["density"]>;

interface Comparison {
  readonly task: string;
  readonly density: string;
  readonly steps: Omit<OurResult, "curve">;
  readonly full: Omit<OurResult, "curve">;
  readonly peers: readonly PeerResult[];
  /** For each peer, seconds to its held-out log-density; null where ours never is as good. */
  readonly secondsToEqual: readonly (number | null)[];
}

function say(line: string): void {
  if (flags.json) console.error(line);
  else console.log(line);
}

function peersOf(density: "maf" | "nsf" | "plain", data?: TrainingData): PeerResult[] {
  const { peer } = flags;
  if (peer === undefined) return [];
  const limit = flags["peer-epochs"];
  const options = { seed, epochs: limit === undefined ? undefined : Number(limit) };
  return threads.map((count) => runPeer(peer, density, data, { ...options, threads: count }));
}

/** Our default has no counterpart: it is held against sbi's flows. */
async function compare(data: TrainingData, density: Density, flows: readonly PeerResult[]): Promise<Comparison> {
  const isFlow = density === "maf" || density === "nsf";
  const peers = isFlow ? peersOf(density, data) : flows;
  const { curve: _, ...steps } = await runOurs(data, { density, ...STEP_OPTIONS }, seed);
  const { curve, ...full } = await runOurs(data, { density, ...epochs }, seed);
  const secondsToEqual = peers.map(({ heldOut }) => secondsTo({ ...full, curve }, heldOut) ?? null);
  return { task: data.task, density, steps, full, peers, secondsToEqual };
}

function report({ task, density, steps, full, peers, secondsToEqual }: Comparison): void {
  say(
    `\n${task}, ${density}: ${full.seconds.toFixed(1)} s (CPU ${full.cpuSeconds.toFixed(1)}), held out ${full.heldOut.toFixed(3)}`,
  );
  const rows = peers.map((peer, k): string[] => {
    const equal = secondsToEqual[k];
    const ratio = equal === null ? "never" : `${equal.toFixed(1)} s, ${(peer.seconds / equal).toFixed(1)}×`;
    return [
      `sbi ${peer.density}, ${peer.threads} thread${peer.threads === 1 ? "" : "s"}`,
      peer.msPerStep.toFixed(2),
      peer.msPerStepFastest.toFixed(2),
      `${(peer.msPerStepFastest / steps.msPerStepFastest).toFixed(1)}×`,
      `${peer.seconds.toFixed(1)} (CPU ${peer.cpuSeconds.toFixed(1)}, ${peer.epochs} epochs)`,
      peer.heldOut.toFixed(3),
      ratio,
    ];
  });
  const ours = ["ours", steps.msPerStep.toFixed(2), steps.msPerStepFastest.toFixed(2), "", full.seconds.toFixed(1)];
  const heading = ["", "ms/step", "fastest epoch", "ours is", "seconds", "held out", "ours there after"];
  say(formatTable(heading, [[...ours, full.heldOut.toFixed(3), ""], ...rows]));
}

function reportPlain(): unknown {
  const ours = timePlainNetwork();
  const peers = peersOf("plain");
  say(
    `\n8-64-64-64-2 at batch 256: ours ${ours.msPerStep.toFixed(3)} ms a step (fastest ${ours.msPerStepFastest.toFixed(3)})`,
  );
  for (const peer of peers) say(`  torch, ${peer.threads} thread(s): fastest ${peer.msPerStepFastest.toFixed(3)}`);
  return { density: "plain", ours, peers };
}

say(
  `${cpus().length} cores (${cpus()[0].model.trim()}), load ${loadavg()[0].toFixed(1)}; ${flags.simulations} simulations, seed ${seed}`,
);
const results: unknown[] = [reportPlain()];
for (const task of flags.tasks.split(",")) {
  const data = await trainingData(task as SbibmTask["name"], Number(flags.simulations), Number(flags.test), seed);
  const flows: PeerResult[] = [];
  for (const density of flags.densities.split(",")) {
    const comparison = await compare(data, density as Density, flows);
    if (density === "maf" || density === "nsf") flows.push(...comparison.peers);
    report(comparison);
    results.push(comparison);
  }
  rmSync(data.folder, { recursive: true });
}
if (flags.json) console.log(JSON.stringify(results));
