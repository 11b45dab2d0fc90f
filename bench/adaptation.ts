/**
 * Effective draws per 1000 gradients of the three adaptations, after warm-up and with it, on four targets:
 * `node --import tsx bench/adaptation.ts [--seeds 5]` after `npx tsc -b`. Means over seeds of the smallest bulk ESS of
 * any coordinate, four chains each.
 */
import { parseArgs } from "node:util";
import { type LogDensity, rngFromSeed } from "@poolish/core";
import { type Adaptation, bulkEffectiveSampleSize, createDrawStore, sampleChain } from "@poolish/mcmc";
import { formatTable } from "../examples/factories/comparisonTable.ts";

const { values: flags } = parseArgs({ options: { seeds: { type: "string", default: "5" } } });
const CHAINS = 4;
const WARMUP = 1000;
const DRAWS = 1000;

/** Non-centred: mu, log tau, eta_j. */
const eightSchools: LogDensity = {
  dim: 10,
  valueAndGradient(q, gradient) {
    const effects = [28, 8, -3, 7, -1, 1, 18, 12];
    const errors = [15, 10, 16, 11, 9, 11, 10, 18];
    const tau = Math.exp(q[1]);
    const ratio = (tau / 5) ** 2;
    let value = -0.5 * (q[0] / 5) ** 2 - Math.log1p(ratio) + q[1];
    gradient[0] = -q[0] / 25;
    gradient[1] = 1 - (2 * ratio) / (1 + ratio);
    for (let j = 0; j < 8; j++) {
      const eta = q[2 + j];
      const residual = (effects[j] - q[0] - tau * eta) / errors[j];
      const pull = residual / errors[j];
      value -= 0.5 * (eta * eta + residual * residual);
      gradient[0] += pull;
      gradient[1] += pull * tau * eta;
      gradient[2 + j] = pull * tau - eta;
    }
    return value;
  },
};

/** Standard deviations from 0.001 to 1000. */
function scaledGaussian(dim: number): LogDensity {
  const precision = Float64Array.from({ length: dim }, (_, i) => 10 ** (6 - (12 * i) / (dim - 1)));
  return {
    dim,
    valueAndGradient(q, gradient) {
      let value = 0;
      for (let i = 0; i < dim; i++) {
        gradient[i] = -precision[i] * q[i];
        value += 0.5 * q[i] * gradient[i];
      }
      return value;
    },
  };
}

/** A stationary first-order autoregression with correlation 0.95 between neighbours. */
function autoregression(dim: number): LogDensity {
  const correlation = 0.95;
  const precision = 1 / (1 - correlation ** 2);
  return {
    dim,
    valueAndGradient(q, gradient) {
      gradient[0] = -q[0];
      let value = -0.5 * q[0] ** 2;
      for (let i = 1; i < dim; i++) {
        const innovation = q[i] - correlation * q[i - 1];
        value -= 0.5 * precision * innovation ** 2;
        gradient[i] = -precision * innovation;
        gradient[i - 1] += correlation * precision * innovation;
      }
      return value;
    },
  };
}

/** Logarithms of Gamma(k) variables, k = 0.5, 1, 2, 4, …: skewed. */
const logGammas: LogDensity = {
  dim: 6,
  valueAndGradient(q, gradient) {
    let value = 0;
    for (let i = 0; i < 6; i++) {
      const shape = 2 ** (i - 1);
      const x = Math.exp(q[i]);
      gradient[i] = shape - x;
      value += shape * q[i] - x;
    }
    return value;
  },
};

const targets: Readonly<Record<string, LogDensity>> = {
  "eight schools": eightSchools,
  "Gaussian, 20-d, scales 1e-3 … 1e3": scaledGaussian(20),
  "autoregression, 50-d": autoregression(50),
  "log-gammas, 6-d": logGammas,
};

interface Efficiency {
  readonly ess: number;
  readonly samplingGradients: number;
  readonly allGradients: number;
  readonly divergences: number;
}

function measure(target: LogDensity, adaptation: Adaptation, seed: number): Efficiency {
  let allGradients = 0;
  const counted: LogDensity = {
    dim: target.dim,
    valueAndGradient(q, gradient) {
      allGradients++;
      return target.valueAndGradient(q, gradient);
    },
  };
  const chains = rngFromSeed(seed)
    .split(CHAINS)
    .map((rng) => {
      const sink = createDrawStore(target.dim, DRAWS);
      sampleChain(counted, rng, { warmup: WARMUP, draws: DRAWS, adaptation }, { sink });
      return sink.stored();
    });
  const sizes = Array.from({ length: target.dim }, (_, i) =>
    bulkEffectiveSampleSize(
      chains.map(({ positions }) => Float64Array.from({ length: DRAWS }, (_, n) => positions[n * target.dim + i])),
    ),
  );
  const samplingGradients = chains.reduce((sum, { statistics }) => sum + total(statistics.numSteps), 0);
  const divergences = chains.reduce((sum, chain) => sum + chain.divergences.length, 0);
  return { ess: Math.min(...sizes), samplingGradients, allGradients, divergences };
}

const total = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);

function row(name: string, adaptation: Adaptation): string[] {
  const runs = Array.from({ length: Number(flags.seeds) }, (_, i) => measure(targets[name], adaptation, i + 1));
  const mean = (of: (run: Efficiency) => number) => total(runs.map(of)) / runs.length;
  return [
    name,
    adaptation,
    mean(({ ess, samplingGradients }) => (1000 * ess) / samplingGradients).toFixed(1),
    mean(({ ess, allGradients }) => (1000 * ess) / allGradients).toFixed(1),
    mean(({ samplingGradients }) => samplingGradients / (CHAINS * DRAWS)).toFixed(1),
    mean(({ divergences }) => divergences).toFixed(1),
  ];
}

const header = ["target", "adaptation", "ESS / 1000 gradients", "with warm-up", "steps a draw", "divergences"];
console.log(`${CHAINS} chains, ${WARMUP} warm-up + ${DRAWS} draws, ${flags.seeds} seeds, one core`);
const adaptations: readonly Adaptation[] = ["fisher", "lowRank", "stan"];
console.log(
  formatTable(
    header,
    Object.keys(targets).flatMap((name) => adaptations.map((a) => row(name, a))),
  ),
);
