/**
 * C2ST: the exact metric beside the fast mode, with times, and beside scikit-learn where a Python that has it is named.
 * The pairs have d columns; the first of a pair is the reference. `best` is the accuracy of the best classifier there is.
 * `npx tsc -b packages/checks && npx tsx bench/c2st.ts [--rows 2000] [--seeds 3] [--dims 2,5,10] [--peer PYTHON]`
 */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { type C2stMode, c2st, c2stNull, type Samples } from "@poolish/checks";
import { type Rng, rngFromSeed } from "@poolish/core";
import { standardNormal, standardNormalCdf } from "@poolish/math";
import { sbibmTask } from "@poolish/testkit";

type Draw = (rng: Rng, row: Float64Array) => void;

interface Pair {
  readonly name: string;
  readonly dim: number;
  readonly x: Draw;
  readonly y: Draw;
  readonly best: number | null;
}

const normals: Draw = (rng, row) => {
  for (let c = 0; c < row.length; c++) row[c] = standardNormal(rng);
};

/** Two Gaussians `distance` standard deviations apart along the diagonal. */
function shifted(dim: number, distance: number): Pair {
  const y: Draw = (rng, row) => {
    normals(rng, row);
    for (let c = 0; c < dim; c++) row[c] += distance / Math.sqrt(dim);
  };
  return { name: `shift ${distance}`, dim, x: normals, y, best: standardNormalCdf(distance / 2) };
}

/** Two modes at ±0.9 in the first column beside the Gaussian of the same mean and variance: a lost valley. */
function mixture(dim: number): Pair {
  const y: Draw = (rng, row) => {
    normals(rng, row);
    row[0] = (rng.uniform() < 0.5 ? -0.9 : 0.9) + Math.sqrt(1 - 0.81) * row[0];
  };
  return { name: "bimodal", dim, x: normals, y, best: null };
}

/** Draws of one simulator output, the second set with noise: two moons smeared out. */
function smearedMoons(noise: number): Pair {
  const task = sbibmTask("two_moons");
  const theta = Float64Array.of(0.3, -0.2);
  const x: Draw = (rng, row) => task.simulate(rng, theta, row);
  const y: Draw = (rng, row) => {
    task.simulate(rng, theta, row);
    for (let c = 0; c < 2; c++) row[c] += noise * standardNormal(rng);
  };
  return { name: `moon + noise ${noise}`, dim: 2, x, y, best: null };
}

function drawSamples(rng: Rng, dim: number, count: number, draw: Draw): Samples {
  const values = new Float64Array(count * dim);
  for (let i = 0; i < count; i++) draw(rng, values.subarray(i * dim, (i + 1) * dim));
  return { values, numColumns: dim };
}

/** sbibm's metric as its authors wrote it, on the same numbers (float32, as there). Prints accuracy and seconds. */
const PEER = `
import json, sys, time, warnings
import numpy as np
from sklearn.model_selection import KFold, cross_val_score
from sklearn.neural_network import MLPClassifier
job = json.load(sys.stdin)
d = job["dim"]
x = np.array(job["x"], dtype=np.float32).reshape(-1, d)
y = np.array(job["y"], dtype=np.float32).reshape(-1, d)
mean, sd = x.mean(0), x.std(0, ddof=1)
rows = np.concatenate([(x - mean) / sd, (y - mean) / sd])
labels = np.concatenate([np.zeros(len(x)), np.ones(len(y))])
start = time.perf_counter()
network = MLPClassifier(activation="relu", hidden_layer_sizes=(10 * d, 10 * d), max_iter=10000, solver="adam", random_state=job["seed"])
folds = KFold(n_splits=5, shuffle=True, random_state=job["seed"])
scores = cross_val_score(network, rows, labels, cv=folds, scoring="accuracy")
print(json.dumps({"accuracy": float(scores.mean()), "seconds": time.perf_counter() - start}))
`;

interface Measured {
  readonly accuracy: number;
  readonly seconds: number;
}

function peer(python: string, dim: number, x: Samples, y: Samples, seed: number): Measured {
  const input = JSON.stringify({ dim, x: Array.from(x.values), y: Array.from(y.values), seed });
  const { stdout, stderr, status } = spawnSync(python, ["-c", PEER], { input, encoding: "utf8", maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Measured;
}

async function ours(mode: C2stMode, x: Samples, y: Samples, seed: number): Promise<Measured> {
  const start = performance.now();
  const { accuracy } = await c2st(x, y, { mode, seed });
  return { accuracy, seconds: (performance.now() - start) / 1000 };
}

const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "2000" },
    seeds: { type: "string", default: "3" },
    dims: { type: "string", default: "2,5,10" },
    peer: { type: "string" },
  },
});
const rows = Number(options.rows);
const python = options.peer;

const pairs = options.dims.split(",").flatMap((text): Pair[] => {
  const dim = Number(text);
  const moons = dim === 2 ? [smearedMoons(0.02), smearedMoons(0.05)] : [];
  return [...[0, 0.1, 0.25, 0.5, 1, 2].map((distance) => shifted(dim, distance)), mixture(dim), ...moons];
});

const { standardError } = c2stNull(rows, rows);
console.log(
  `${rows} + ${rows} rows, ${options.seeds} seeds, ${cpus().length} cores (one used), null SE ${standardError.toFixed(4)}`,
);
const columns = [
  "pair",
  "d",
  "best",
  "exact",
  "s",
  "fast",
  "s",
  ...(python ? ["sklearn", "s", "exact - sklearn"] : []),
];
console.log(columns.map((text) => text.padStart(text === "pair" ? 16 : 9)).join(""));
const differences: number[] = [];
const seconds = { exact: 0, fast: 0, peer: 0 };
for (const [index, { name, dim, x: drawX, y: drawY, best }] of pairs.entries()) {
  for (let seed = 1; seed <= Number(options.seeds); seed++) {
    const rng = rngFromSeed(1000 * index + seed);
    const x = drawSamples(rng, dim, rows, drawX);
    const y = drawSamples(rng, dim, rows, drawY);
    const exact = await ours("exact", x, y, seed);
    const fast = await ours("fast", x, y, seed);
    const cells = [
      exact.accuracy.toFixed(4),
      exact.seconds.toFixed(2),
      fast.accuracy.toFixed(4),
      fast.seconds.toFixed(2),
    ];
    seconds.exact += exact.seconds;
    seconds.fast += fast.seconds;
    if (python !== undefined) {
      const other = peer(python, dim, x, y, seed);
      cells.push(other.accuracy.toFixed(4), other.seconds.toFixed(2), (exact.accuracy - other.accuracy).toFixed(4));
      differences.push(exact.accuracy - other.accuracy);
      seconds.peer += other.seconds;
    }
    const head = [String(dim), best === null ? "-" : best.toFixed(4)];
    console.log(name.padStart(16) + [...head, ...cells].map((cell) => cell.padStart(9)).join(""));
  }
}
console.log(`seconds in all: exact ${seconds.exact.toFixed(1)}, fast ${seconds.fast.toFixed(1)}`);
if (python !== undefined) {
  const mean = differences.reduce((sum, each) => sum + each, 0) / differences.length;
  const spread = Math.sqrt(differences.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (differences.length - 1));
  console.log(
    `scikit-learn ${seconds.peer.toFixed(1)} s: ${(seconds.peer / seconds.exact).toFixed(1)} times our exact mode; ` +
      `exact - sklearn ${mean.toFixed(4)} ± ${(spread / Math.sqrt(differences.length)).toFixed(4)} (sd ${spread.toFixed(4)})`,
  );
}
