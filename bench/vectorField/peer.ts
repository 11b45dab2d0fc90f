/** Flow matching on two moons beside sbi: time of training to sbi's held-out log-density, and of 10,000 draws by the ODE. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rngFromSeed } from "@poolish/core";
import { type Simulations, simulate, train, uniform, type VectorFieldEstimator, vectorField } from "@poolish/sbi";
import { sbibmSimulator, sbibmTask } from "@poolish/testkit";

interface PeerFigures {
  readonly epochs: number;
  readonly trainingSeconds: number;
  readonly samplingSeconds: number;
  readonly heldOut: number;
}

/** sbi solves an equation for each. */
const NUM_TEST = 64;
/** Lengths of training, whole schedules each: the first that reaches sbi's held-out log-density counts. */
const SCHEDULES = [5, 10, 20, 40, 80, 160];

export async function benchPeer(python: string, numSimulations: number, numDraws: number): Promise<void> {
  const prior = { theta1: uniform(-1, 1), theta2: uniform(-1, 1) };
  const task = sbibmTask("two_moons");
  const simulator = { ...sbibmSimulator(task), parameters: ["theta1", "theta2"] };
  const simulations = await simulate({ simulator, prior, count: numSimulations, seed: 1 });
  const test = await simulate({ simulator, prior, count: NUM_TEST, seed: 2 });
  const peer = runPeer(python, simulations, test, numDraws);
  console.log(
    `sbi (1 thread): trained ${peer.trainingSeconds.toFixed(1)} s (${peer.epochs} epochs), held-out log-density ` +
      `${peer.heldOut.toFixed(3)}, ${numDraws} draws in ${peer.samplingSeconds.toFixed(2)} s`,
  );
  for (const numEpochs of SCHEDULES) {
    const start = performance.now();
    const estimator = await train(vectorField({ numEpochs }), simulations, { seed: 1 });
    const seconds = (performance.now() - start) / 1000;
    const logProb = estimator.logProb(test.theta, test.x);
    const heldOut = logProb.reduce((sum, value) => sum + value / NUM_TEST, 0);
    console.log(
      `ours, ${numEpochs} epochs: trained ${seconds.toFixed(1)} s, held-out log-density ${heldOut.toFixed(3)}`,
    );
    if (heldOut < peer.heldOut) continue;
    const sampling = timeDraws(estimator, test, numDraws);
    const faster = [peer.trainingSeconds / seconds, peer.samplingSeconds / sampling];
    console.log(
      `${numDraws} draws in ${sampling.toFixed(2)} s; training ×${faster[0].toFixed(1)}, draws ×${faster[1].toFixed(1)} as fast`,
    );
    return;
  }
}

function timeDraws(estimator: VectorFieldEstimator, test: Simulations, numDraws: number): number {
  const x = test.x.slice(0, 2);
  estimator.sample(rngFromSeed(1), x, 100);
  const start = performance.now();
  estimator.sample(rngFromSeed(1), x, numDraws);
  return (performance.now() - start) / 1000;
}

function runPeer(python: string, training: Simulations, test: Simulations, numDraws: number): PeerFigures {
  const folder = mkdtempSync(join(tmpdir(), "vector-field-"));
  try {
    const files = [training, test].map(({ theta, x, count }, k) => {
      const rows = Float64Array.from({ length: 4 * count }, (_, i) => {
        const [row, column] = [Math.floor(i / 4), i % 4];
        return column < 2 ? theta[2 * row + column] : x[2 * row + column - 2];
      });
      const path = join(folder, `${k}.bin`);
      writeFileSync(path, new Uint8Array(rows.buffer));
      return path;
    });
    const options = ["--training", files[0], "--test", files[1], "--draws", `${numDraws}`];
    const { stdout, status } = spawnSync(python, ["bench/peers/vector_field_sbi.py", ...options], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", OMP_NUM_THREADS: "1" },
    });
    if (status !== 0) throw new Error(`the peer ended with status ${status}`);
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
