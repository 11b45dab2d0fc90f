import { type LogDensity, PoolishError, type Rng, requireCount } from "@poolish/core";
import { type Adaptation, requireAdaptation, startWarmup } from "./adaptation/warmup.ts";
import { findInitialPosition, type InitialPositionFailure, tryInitialPosition } from "./initialPosition.ts";
import { DEFAULT_MAX_TREE_DEPTH, type NutsInfo, type NutsParameters, nuts } from "./nuts.ts";

export interface ChainOptions {
  /** Number of warm-up iterations, whose draws are thrown away; may be 0. */
  readonly warmup: number;
  /** Number of draws to keep. */
  readonly draws: number;
  /** Mean acceptance rate that the step size is tuned for, in (0, 1). Higher = smaller steps, fewer divergences. */
  readonly targetAcceptance?: number;
  /** A trajectory has at most 2^maxTreeDepth - 1 steps. From 1 to 20. */
  readonly maxTreeDepth?: number;
  /** How the metric is learnt; "fisher" by default. */
  readonly adaptation?: Adaptation;
  /** Where to start, on the unconstrained scale; otherwise up to 100 draws from uniform(-2, 2) for each coordinate. */
  readonly initialPosition?: Float64Array;
}

/** One iteration: fresh values that the receiver may keep. */
export interface Transition {
  readonly isWarmup: boolean;
  readonly position: Float64Array;
  readonly info: NutsInfo;
}

/** A chain under way. Stop calling `next` after warmup + draws iterations; more are draws as good as the others. */
export interface Chain {
  readonly kind: "chain";
  next(): Transition;
  /** What the next iteration uses, before jitter: after warm-up, the tuned values. */
  parameters(): NutsParameters;
}

const DEFAULT_TARGET_ACCEPTANCE = 0.8;
/** 2^20 steps: no trajectory that long is worth its time, and scratch grows with the depth. */
const LARGEST_TREE_DEPTH = 20;

/**
 * Starts a chain of NUTS, or says why no start was found. The same target, the same stream `rng` (which it advances) and
 * the same options give the same draws. A bug that `target` throws ends the chain with an Error that says where it was.
 * @throws PoolishError naming the option that is out of range.
 */
export function startChain(target: LogDensity, rng: Rng, options: ChainOptions): Chain | InitialPositionFailure {
  validate(target, options);
  const { initialPosition, targetAcceptance = DEFAULT_TARGET_ACCEPTANCE } = options;
  const { maxTreeDepth = DEFAULT_MAX_TREE_DEPTH, adaptation = "fisher" } = options;
  const start =
    initialPosition === undefined ? findInitialPosition(target, rng) : tryInitialPosition(target, initialPosition);
  if (start.kind === "noInitialPosition") return start;
  const kernel = nuts(target, { maxTreeDepth });
  const warmupOptions = { numIterations: options.warmup, targetAcceptance };
  const warmup = startWarmup(adaptation, target, rng, start.state, warmupOptions);
  let parameters = options.warmup === 0 ? warmup.final() : warmup.current();
  let { state } = start;
  let iteration = 0;

  function advance(): Transition {
    const isWarmup = iteration <= options.warmup;
    const [nextState, info] = kernel(jittered(rng, parameters, warmup.stepSizeJitter)).step(rng, state);
    state = nextState;
    if (isWarmup) {
      warmup.update(rng, state, info);
      parameters = iteration === options.warmup ? warmup.final() : warmup.current();
    }
    return { isWarmup, position: state.position, info };
  }

  return {
    kind: "chain",
    parameters: () => parameters,
    next() {
      iteration++;
      try {
        return advance();
      } catch (cause) {
        throw located(cause, iteration, state.position);
      }
    },
  };
}

/** With a step size of its own for one trajectory, so that none gets into step with a periodic orbit. */
function jittered(rng: Rng, parameters: NutsParameters, jitter: number): NutsParameters {
  if (jitter === 0) return parameters;
  const { metric } = parameters;
  return { stepSize: parameters.stepSize * (1 + jitter * (2 * rng.uniform() - 1)), metric };
}

/** A bug with the place where it showed; what the user can mend already says all. */
function located(cause: unknown, iteration: number, position: Float64Array): unknown {
  if (cause instanceof PoolishError) return cause;
  const norm = Math.sqrt(position.reduce((sum, x) => sum + x * x, 0)).toPrecision(4);
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `iteration ${iteration} (counted from 1), which began at a position of norm ${norm}, failed: ${reason}`;
  return new Error(message, { cause });
}

function validate(target: LogDensity, options: ChainOptions): void {
  const { targetAcceptance = DEFAULT_TARGET_ACCEPTANCE, maxTreeDepth = DEFAULT_MAX_TREE_DEPTH } = options;
  requireCount("warmup", options.warmup, 0);
  requireCount("draws", options.draws, 1);
  requireCount("maxTreeDepth", maxTreeDepth, 1);
  requireAdaptation(options.adaptation ?? "fisher");
  if (maxTreeDepth > LARGEST_TREE_DEPTH) {
    const remedy = `Pass maxTreeDepth: ${DEFAULT_MAX_TREE_DEPTH}, and reparametrise if that is not enough.`;
    const message = `expected at most ${LARGEST_TREE_DEPTH}, got ${maxTreeDepth}`;
    throw new PoolishError(message, { kind: "input", field: "maxTreeDepth", remedy });
  }
  if (!(targetAcceptance > 0 && targetAcceptance < 1)) {
    const remedy = `Pass targetAcceptance: ${DEFAULT_TARGET_ACCEPTANCE}.`;
    const message = `expected a number between 0 and 1, got ${targetAcceptance}`;
    throw new PoolishError(message, { kind: "input", field: "targetAcceptance", remedy });
  }
  const length = options.initialPosition?.length ?? target.dim;
  if (length !== target.dim) {
    const remedy = "Give one value for each unconstrained coordinate.";
    const message = `expected ${target.dim} coordinates, got ${length}`;
    throw new PoolishError(message, { kind: "input", field: "initialPosition", remedy });
  }
}
