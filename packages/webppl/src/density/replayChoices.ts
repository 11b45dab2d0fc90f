import type { AdNode, Scalar, Tensor } from "../host/adNodes.ts";
import type { Distribution } from "../host/distribution.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import { boundPrior, isLearnedPrior } from "../learned/learnedPrior.ts";
import type { TapeRecorder } from "../tape/tapeRecorder.ts";
import type { Choice } from "./choice.ts";
import type { DistributionScorer } from "./distributionScorer.ts";
import type { Layout } from "./layout.ts";
import { createLeaves } from "./leaves.ts";
import type { LogDensitySum } from "./logDensitySum.ts";
import { placeInBounds } from "./randomBounds.ts";
import { requireSameBounds, requireSameChoice, requireSameCount } from "./sameChoice.ts";

/** Gives the choices of a run their values from the layout's buffer `position`, by their order. */
export interface ReplayedChoices {
  /** The start of a run. */
  begin(): void;
  /**
   * The value of the next choice; adds its log-density to the sum.
   * @throws PoolishError when the program comes to another choice than in its first run.
   */
  choose(distribution: Distribution, address: string): unknown;
  /** Number of choices since `begin`. */
  readonly count: number;
  /** The end of a run: @throws PoolishError when choices are missing. */
  finish(): void;
  /** Log-Jacobian of the bijectors in this run. */
  readonly logJacobian: number;
  /** Log-Jacobian of random bounds: `choose` has added it to the sum, where it is differentiated. */
  readonly logJacobianInSum: number;
  /** Copies derivatives from the nodes to the slots' `xGradient`. */
  readGradients(): void;
}

export function replayChoices(
  host: WebpplHost,
  { slots }: Layout<Choice>,
  sum: LogDensitySum,
  score: DistributionScorer,
  isDifferentiated: boolean,
  recorder?: TapeRecorder,
): ReplayedChoices {
  const leaves = createLeaves(host, slots, isDifferentiated, recorder);
  let next = 0;
  let logJacobian = 0;
  let logJacobianInSum = 0;

  /** A constant has the value that its parameter now has; a choice that is kept has a density that may change. */
  function keep(distribution: Distribution, value: unknown): unknown {
    if (distribution.meta.name === "Delta") return (distribution.params as { readonly v: unknown }).v;
    score(distribution, value);
    return value;
  }

  /** The density of a learned prior is evaluated here, with its gradient. */
  function drawObject(index: number, distribution: Distribution, parts: readonly string[]): unknown {
    if (!isLearnedPrior(distribution)) throw new Error("only a learned prior makes objects");
    const { x, value } = slots[index];
    value.set(x);
    const elements = leaves.elements(index);
    const prior = boundPrior(distribution.density);
    prior.theta.set(x);
    const logDensity = prior.logLikelihood(true);
    sum.add(logDensity);
    recorder?.learned(prior, elements);
    for (let i = 0; i < elements.length; i++) {
      const element = elements[i];
      if (typeof element !== "number" && Number.isFinite(logDensity)) sum.addPartial(element, prior.gradient[i]);
    }
    return Object.fromEntries(parts.map((name, i) => [name, elements[i]]));
  }

  function drawTensor(index: number, dims: readonly number[]): Tensor | AdNode {
    slots[index].value.set(slots[index].x);
    return leaves.tensor(index, dims);
  }

  function drawScalar(index: number, distribution: Distribution): Scalar {
    const { choice, value } = slots[index];
    const x = leaves.scalar(index);
    const placed = choice.placement === "direct" ? x : placeInRandomBounds(choice, distribution, x);
    if (choice.placement !== "direct") recorder?.seen(slots[index].offset, placed);
    if (typeof placed === "number") value[0] = placed;
    return placed;
  }

  function placeInRandomBounds({ placement }: Choice, distribution: Distribution, x: Scalar): Scalar {
    const placed = placeInBounds(host.ad, placement, distribution, x);
    const { logJacobian: term } = placed;
    recorder?.jacobian(term);
    sum.add(term);
    logJacobianInSum += typeof term === "number" ? term : term.x;
    return placed.value;
  }

  return {
    begin() {
      next = 0;
      logJacobian = 0;
      logJacobianInSum = 0;
    },
    choose(distribution, address) {
      const index = next++;
      const slot = slots[index];
      requireSameChoice(slot?.choice, distribution, address);
      requireSameBounds(slot.choice, distribution);
      const { bijector, dims, firstValue, parts } = slot.choice;
      if (bijector === undefined) return keep(distribution, firstValue);
      logJacobian += bijector.constrain(slot.u, slot.x);
      if (parts !== undefined) return drawObject(index, distribution, parts);
      const value = dims === undefined ? drawScalar(index, distribution) : drawTensor(index, dims);
      score(distribution, value);
      return value;
    },
    get count() {
      return next;
    },
    finish: () => requireSameCount(next, slots),
    get logJacobian() {
      return logJacobian;
    },
    get logJacobianInSum() {
      return logJacobianInSum;
    },
    readGradients: leaves.readGradients,
  };
}
