import { PoolishError, type Rng, requireCount, rngFromSeed } from "@poolish/core";
import {
  type DualAveraging,
  initialStepSize,
  type NutsState,
  nuts,
  startDualAveraging,
  unitMetric,
  updateDualAveraging,
} from "@poolish/mcmc";
import type { Environment, Thunk } from "../host/coroutine.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import { requireBetween } from "../nuts/requireBetween.ts";
import type { KernelRunOptions, StockTrace } from "./stockTrace.ts";
import { type TraceDensity, traceDensity } from "./traceDensity.ts";

/** A transition of WebPPL's MCMC, or of the particles of its SMC. */
export interface Kernel {
  (cont: (trace: StockTrace) => Thunk, trace: StockTrace, runOptions?: KernelRunOptions): Thunk;
  /** Values of continuous choices must be AD nodes. */
  adRequired: boolean;
}

export interface NutsKernel extends Kernel {
  /** True once a trajectory has come to where the program makes other choices: NUTS alone never gets there. */
  readonly metOtherStructure: boolean;
}

/** Options of `kernel: { NUTS: { … } }`. */
export interface NutsKernelOptions {
  /** Where it is given, it is kept; otherwise it is tuned. */
  readonly stepSize?: number;
  /** Number of first transitions that tune the step size: they belong to the burn-in. */
  readonly adapt: number;
  /** Acceptance rate that the step size is tuned for, in (0, 1). */
  readonly targetAcceptance: number;
  readonly maxTreeDepth: number;
}

const DEFAULTS: NutsKernelOptions = { adapt: 200, targetAcceptance: 0.8, maxTreeDepth: 10 };

/**
 * One trajectory of the No-U-Turn sampler on the continuous choices of a trace, on the unconstrained scale with the
 * unit metric; discrete choices stay as they are. For programs of any structure: a trajectory never leaves the one that
 * its trace has. Random numbers come from WebPPL's own stream.
 */
export function nutsKernel(host: WebpplHost, environment: Environment, given: object): NutsKernel {
  const options = kernelOptions(given);
  const tuned = new Map<number, DualAveraging>();
  let rng: Rng | undefined;
  let metOtherStructure = false;

  function stepSizeFor(target: TraceDensity, stream: Rng, state: NutsState): number {
    if (options.stepSize !== undefined) return options.stepSize;
    let tuning = tuned.get(target.dim);
    if (tuning === undefined) {
      const parameters = { stepSize: 1, metric: unitMetric(target.dim) };
      tuning = startDualAveraging(initialStepSize(target, stream, parameters, state));
      tuned.set(target.dim, tuning);
    }
    return Math.exp(tuning.numUpdates < options.adapt ? tuning.logStepSize : tuning.meanLogStepSize);
  }

  function learn(dim: number, acceptanceRate: number): void {
    const tuning = tuned.get(dim);
    if (tuning === undefined || tuning.numUpdates >= options.adapt) return;
    tuned.set(dim, updateDualAveraging(tuning, acceptanceRate, options.targetAcceptance));
  }

  function transition(trace: StockTrace, runOptions: KernelRunOptions): StockTrace {
    const target = traceDensity(host, environment, trace, runOptions);
    if (target.dim === 0) return trace;
    rng ??= rngFromSeed(Math.floor(host.util.random() * 2 ** 32));
    const kernelFor = nuts(target, { maxTreeDepth: options.maxTreeDepth });
    const metric = unitMetric(target.dim);
    const start = kernelFor({ stepSize: 1, metric }).init(target.position);
    if (!Number.isFinite(start.logDensity)) return trace;
    const kernel = kernelFor({ stepSize: stepSizeFor(target, rng, start), metric });
    const [state, { acceptanceRate, numStepsMoved }] = kernel.step(rng, start);
    learn(target.dim, acceptanceRate);
    metOtherStructure ||= target.metOtherStructure;
    const isMoved = numStepsMoved !== 0;
    const next = isMoved ? target.moveTo(state.position) : trace;
    if (trace.info !== undefined) {
      next.info = { accepted: trace.info.accepted + Number(isMoved), total: trace.info.total + 1 };
    }
    return next;
  }

  const kernel = (cont: (trace: StockTrace) => Thunk, trace: StockTrace, runOptions: KernelRunOptions = {}) =>
    cont(transition(trace, runOptions));
  return Object.defineProperties(Object.assign(kernel, { adRequired: true, metOtherStructure: false }), {
    metOtherStructure: { get: () => metOtherStructure },
  });
}

function kernelOptions(given: object): NutsKernelOptions {
  const known = [...Object.keys(DEFAULTS), "stepSize"];
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new PoolishError(`the kernel NUTS has no option ${unknown}`, {
      kind: "input",
      field: unknown,
      remedy: `Its options are: ${known.join(", ")}.`,
    });
  }
  const options: NutsKernelOptions = { ...DEFAULTS, ...given };
  requireCount("adapt", options.adapt, 0);
  requireCount("maxTreeDepth", options.maxTreeDepth, 1);
  requireBetween("targetAcceptance", options.targetAcceptance, 1, DEFAULTS.targetAcceptance);
  if (options.stepSize !== undefined) requireBetween("stepSize", options.stepSize, Infinity, 0.1);
  return options;
}
