import type { LogDensity } from "@poolish/core";
import { type Choice, choiceOf, kept } from "../density/choice.ts";
import { distributionScorer } from "../density/distributionScorer.ts";
import { type Layout, layoutOf, type Slot } from "../density/layout.ts";
import { logDensitySum } from "../density/logDensitySum.ts";
import { numericalFailure } from "../density/numericalFailure.ts";
import { type ReplayedChoices, replayChoices } from "../density/replayChoices.ts";
import { hasSameBounds } from "../density/sameChoice.ts";
import type { Scalar } from "../host/adNodes.ts";
import type { Environment } from "../host/coroutine.ts";
import { boundsOf, type Distribution } from "../host/distribution.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import { runTrace } from "./runTrace.ts";
import type { KernelRunOptions, StockChoice, StockTrace } from "./stockTrace.ts";

/** The density of a trace's continuous choices, the others held fixed, as far as its run goes. */
export interface TraceDensity extends LogDensity {
  /** Where the trace is. */
  readonly position: Float64Array;
  /** True once an evaluation has come to other choices, or to other bounds. */
  readonly metOtherStructure: boolean;
  /** The trace at another position, in WebPPL's own form. */
  moveTo(position: Float64Array): StockTrace;
}

/** Thrown and caught here: the program has come to other choices, where this density is zero. */
const OTHER_STRUCTURE = new Error("the program makes other choices here");

/**
 * The density on the unconstrained scale. It is zero where the program would make other choices: a transition that
 * leaves it invariant leaves the program's own density invariant too.
 * @throws PoolishError for a continuous choice that no bijector leads to.
 */
export function traceDensity(
  host: WebpplHost,
  environment: Environment,
  trace: StockTrace,
  { proposalBoundary = 0, exitFactor = 0 }: KernelRunOptions,
): TraceDensity {
  const choices = trace.choices.map((choice, index) => choiceIn(host, choice, index < proposalBoundary));
  const layout: Layout<Choice> = layoutOf(choices);
  const sum = logDensitySum(host.ScalarNode);
  const replayed = replayChoices(host, layout, sum, distributionScorer(host, sum), true);
  locate(host, trace, layout);
  const position = Float64Array.from(layout.position);
  let metOtherStructure = false;

  function evaluate(): number {
    sum.clear();
    replayed.begin();
    runTrace(environment, trace, exitFactor, {
      choose: (distribution, address) => chooseSame(replayed, choices, distribution, address),
      factor: sum.add,
      stop() {},
      end() {},
    });
    if (replayed.count !== choices.length) throw OTHER_STRUCTURE;
    return sum.total + replayed.logJacobian;
  }

  return {
    dim: layout.dim,
    position,
    get metOtherStructure() {
      return metOtherStructure;
    },
    valueAndGradient(at, gradient) {
      layout.position.set(at);
      const value = orImpossible(evaluate, () => {
        metOtherStructure = true;
      });
      layout.gradient.fill(0);
      if (Number.isFinite(value)) {
        sum.backpropagate();
        replayed.readGradients();
        layout.pullback();
      }
      gradient.set(layout.gradient);
      return value;
    },
    moveTo(at) {
      layout.position.set(at);
      return traceAt(host, environment, trace, layout, exitFactor);
    },
  };
}

function choiceIn(host: WebpplHost, { dist, address, val }: StockChoice, isFixed: boolean): Choice {
  const value = host.ad.valueRec(val);
  if (!isFixed && dist.isContinuous) return choiceOf(host, dist, address, value);
  return {
    address,
    distributionName: dist.meta.name,
    constructor: dist.constructor,
    ...kept,
    dims: undefined,
    parts: undefined,
    firstValue: val,
  };
}

function chooseSame(
  replayed: ReplayedChoices,
  choices: readonly Choice[],
  distribution: Distribution,
  address: string,
): unknown {
  const choice = choices[replayed.count];
  if (choice?.address !== address || choice.constructor !== distribution.constructor) throw OTHER_STRUCTURE;
  if (!hasSameBounds(choice, distribution)) throw OTHER_STRUCTURE;
  return replayed.choose(distribution, address);
}

/** Off the support where the structure is another, or where WebPPL refuses a parameter. */
function orImpossible(evaluate: () => number, otherStructure: () => void): number {
  try {
    return evaluate();
  } catch (error) {
    if (error === OTHER_STRUCTURE) otherStructure();
    else if (numericalFailure(error) === undefined) throw error;
    return -Infinity;
  }
}

/** Fills the layout's position from the values of the trace. */
function locate(host: WebpplHost, { choices }: StockTrace, { slots }: Layout<Choice>): void {
  slots.forEach(({ choice, u, x }, i) => {
    if (choice.bijector === undefined) return;
    const value = host.ad.valueRec(choices[i].val);
    if (value instanceof host.Tensor) x.set(value.data);
    else x[0] = unplaced(choice, choices[i].dist, Number(value));
    choice.bijector.unconstrain(x, u);
  });
}

/** The inverse of `placeInBounds`. */
function unplaced({ placement }: Choice, distribution: Distribution, value: number): number {
  if (placement === "direct") return value;
  const { lower, upper } = numericBounds(distribution);
  if (placement === "aboveLower") return value - lower;
  return placement === "belowUpper" ? upper - value : (value - lower) / (upper - lower);
}

function placed({ placement }: Choice, distribution: Distribution, x: number): number {
  if (placement === "direct") return x;
  const { lower, upper } = numericBounds(distribution);
  if (placement === "aboveLower") return lower + x;
  return placement === "belowUpper" ? upper - x : lower + (upper - lower) * x;
}

function numericBounds(distribution: Distribution): { readonly lower: number; readonly upper: number } {
  const { lower, upper } = boundsOf(distribution) ?? { lower: -Infinity, upper: Infinity };
  return { lower: numberOf(lower), upper: numberOf(upper) };
}

function numberOf(scalar: Scalar): number {
  return typeof scalar === "number" ? scalar : scalar.x;
}

/** Runs the program at the layout's position and writes down a trace of it, as WebPPL's own kernels do. */
function traceAt(
  host: WebpplHost,
  environment: Environment,
  old: StockTrace,
  { slots }: Layout<Choice>,
  exitFactor: number,
): StockTrace {
  const trace = old.fresh();
  runTrace(environment, old, exitFactor, {
    choose(distribution, address, s, k, options) {
      const value = valueOfChoice(host, slots[trace.choices.length], distribution);
      trace.addChoice(distribution, value, address, s, k, options);
      return value;
    },
    factor(score) {
      trace.numFactors++;
      trace.score = host.ad.scalar.add(trace.score, score);
    },
    stop: (s, k) => trace.saveContinuation(s, k),
    end: (value) => trace.complete(value === environment.query ? environment.query?.getTable() : value),
  });
  return trace;
}

/** The value of a choice at the position; a fresh node, because kernels differentiate traces. */
function valueOfChoice(host: WebpplHost, { choice, u, x }: Slot<Choice>, distribution: Distribution): unknown {
  const { bijector, dims, firstValue } = choice;
  if (bijector === undefined) return firstValue;
  bijector.constrain(u, x);
  if (dims === undefined) return host.ad.lift(placed(choice, distribution, x[0]));
  const tensor = new host.Tensor(dims);
  tensor.data.set(x);
  return host.ad.lift(tensor);
}
