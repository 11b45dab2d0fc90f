import { PoolishError } from "@poolish/core";
import type { AdNode, Scalar, Tensor } from "../host/adNodes.ts";
import { boundsOf, type Distribution } from "../host/distribution.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import type { Choice } from "./choice.ts";
import type { DistributionScorer } from "./distributionScorer.ts";
import type { Layout, Slot } from "./layout.ts";
import type { LogDensitySum } from "./logDensitySum.ts";

/** Gives the choices of a run their values from the layout's buffer `position`, by their order. */
export interface ReplayedChoices {
  /** The start of a run. */
  begin(): void;
  /**
   * The value of the next choice; adds its log-density to the sum.
   * @throws PoolishError when the program comes to another choice than in its first run.
   */
  choose(distribution: Distribution, address: string): unknown;
  /** The end of a run: @throws PoolishError when choices are missing. */
  finish(): void;
  /** Log-Jacobian of the bijectors in this run. */
  readonly logJacobian: number;
  /** Log-Jacobian of random bounds: `choose` has added it to the sum, where it is differentiated. */
  readonly logJacobianInSum: number;
  /** Copies derivatives from the nodes to the slots' `xGradient`. */
  readGradients(): void;
}

const NONE: readonly never[] = [];

export function replayChoices(
  host: WebpplHost,
  { slots }: Layout,
  sum: LogDensitySum,
  score: DistributionScorer,
  isDifferentiated: boolean,
): ReplayedChoices {
  const { add, sub, mul, log } = host.ad.scalar;
  const leaves = new Array<AdNode | undefined>(slots.length);
  let next = 0;
  let logJacobian = 0;
  let logJacobianInSum = 0;

  function leafOf<N extends AdNode>(index: number, node: N): N {
    leaves[index] = node;
    return node;
  }

  function drawTensor(index: number, dims: readonly number[], { x, value }: Slot): Tensor | AdNode {
    const tensor = new host.Tensor(dims);
    tensor.data.set(x);
    value.set(x);
    return isDifferentiated ? leafOf(index, new host.TensorNode(tensor, NONE, NONE)) : tensor;
  }

  function drawScalar(index: number, { choice, x, value }: Slot, distribution: Distribution): Scalar {
    const drawn = isDifferentiated ? leafOf(index, new host.ScalarNode(x[0], NONE, NONE)) : x[0];
    const placed = choice.placement === "direct" ? drawn : placeBetween(choice, distribution, drawn);
    if (typeof placed === "number") value[0] = placed;
    return placed;
  }

  /** Bounds that are random themselves: WebPPL's arithmetic differentiates them. */
  function placeBetween({ placement }: Choice, distribution: Distribution, drawn: Scalar): Scalar {
    const bounds = boundsOf(distribution);
    if (bounds === undefined) throw new Error("a choice has lost its bounds");
    if (placement === "aboveLower") return add(bounds.lower, drawn);
    if (placement === "belowUpper") return sub(bounds.upper, drawn);
    const width = sub(bounds.upper, bounds.lower);
    const logWidth = log(width);
    sum.add(logWidth);
    logJacobianInSum += host.ad.value(logWidth);
    return add(bounds.lower, mul(width, drawn));
  }

  return {
    begin() {
      next = 0;
      logJacobian = 0;
      logJacobianInSum = 0;
    },
    choose(distribution, address) {
      const index = next++;
      if (index >= slots.length) throw structureChanged(`the extra choice ${distribution.meta.name}`);
      const slot = slots[index];
      const { bijector, dims } = slot.choice;
      requireSameChoice(slot.choice, distribution, address);
      if (bijector === undefined) return slot.choice.firstValue;
      logJacobian += bijector.constrain(slot.u, slot.x);
      const value = dims === undefined ? drawScalar(index, slot, distribution) : drawTensor(index, dims, slot);
      score(distribution, value);
      return value;
    },
    finish() {
      if (next !== slots.length) throw structureChanged(`${next} choices instead of ${slots.length}`);
    },
    get logJacobian() {
      return logJacobian;
    },
    get logJacobianInSum() {
      return logJacobianInSum;
    },
    readGradients() {
      for (let i = 0; i < slots.length; i++) {
        const derivative = leaves[i]?.dx;
        if (typeof derivative === "number") slots[i].xGradient[0] = derivative;
        else if (derivative !== undefined) slots[i].xGradient.set(derivative.data);
      }
    },
  };
}

function requireSameChoice(choice: Choice, distribution: Distribution, address: string): void {
  if (choice.constructor === distribution.constructor && choice.address === address) return;
  const { name } = distribution.meta;
  const isMoved = choice.distributionName === name;
  throw structureChanged(
    isMoved ? `${name} at another place in the program` : `${name} instead of ${choice.distributionName}`,
  );
}

function structureChanged(what: string): PoolishError {
  return new PoolishError(`the model's random choices depend on a random value: a later run made ${what}`, {
    kind: "model",
    field: "model",
    remedy: "NUTS needs the same continuous choices in every run: use method 'MCMC' or 'SMC' for this model.",
  });
}
