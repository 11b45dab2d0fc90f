import type { Bijector } from "@poolish/math";
import { type Space, unbounded } from "./space.ts";

/** What a layout must know of a choice; one that is kept has no bijector. */
export interface Placed {
  readonly space: Space;
  readonly bijector: Bijector | undefined;
}

/** A choice with its part of the buffers; views of `Layout`'s. */
export interface Slot<Choice extends Placed = Placed> {
  readonly choice: Choice;
  /** Where its part of `Layout.x` begins. */
  readonly offset: number;
  readonly u: Float64Array;
  /** What the bijector makes of u: the value itself, unless its bounds are random. */
  readonly x: Float64Array;
  readonly xGradient: Float64Array;
  readonly uGradient: Float64Array;
  /** The value as the program saw it; written by runs on plain numbers. */
  readonly value: Float64Array;
}

/** Where each choice lies: unconstrained values and gradients (length dim), values as the program saw them. */
export interface Layout<Choice extends Placed = Placed> {
  readonly dim: number;
  readonly slots: readonly Slot<Choice>[];
  readonly position: Float64Array;
  /** What the bijectors make of `position`, and the derivatives by it. */
  readonly x: Float64Array;
  readonly xGradient: Float64Array;
  readonly values: Float64Array;
  readonly gradient: Float64Array;
  /** Overwrites `x` with what the bijectors make of `position`; returns the log-Jacobian. */
  constrain(): number;
  /** Overwrites `gradient` with the derivatives by `position`, the Jacobian's included, from those by x. */
  pullback(): void;
}

export function layoutOf<Choice extends Placed>(choices: readonly Choice[]): Layout<Choice> {
  const dim = choices.reduce((sum, { bijector }) => sum + (bijector?.unconstrainedSize ?? 0), 0);
  const size = choices.reduce((sum, { bijector }) => sum + (bijector?.constrainedSize ?? 0), 0);
  const position = new Float64Array(dim);
  const gradient = new Float64Array(dim);
  const values = new Float64Array(size);
  const x = new Float64Array(size);
  const xGradient = new Float64Array(size);
  let free = 0;
  let bound = 0;
  const slots = choices.map((choice) => {
    const numFree = choice.bijector?.unconstrainedSize ?? 0;
    const numBound = choice.bijector?.constrainedSize ?? 0;
    const slot = {
      choice,
      offset: bound,
      u: position.subarray(free, free + numFree),
      uGradient: gradient.subarray(free, free + numFree),
      value: values.subarray(bound, bound + numBound),
      x: x.subarray(bound, bound + numBound),
      xGradient: xGradient.subarray(bound, bound + numBound),
    };
    free += numFree;
    bound += numBound;
    return slot;
  });
  const buffers = { position, x, xGradient, gradient };
  return { dim, slots, values, ...buffers, ...maps(slots, buffers) };
}

/** The two ways between the scales. Numbers on the whole real line, the most by far, are copied in one loop. */
function maps(
  slots: readonly Slot[],
  { position, x, xGradient, gradient }: Pick<Layout, "position" | "x" | "xGradient" | "gradient">,
): Pick<Layout, "constrain" | "pullback"> {
  const isReal = ({ choice }: Slot) => choice.bijector !== undefined && unbounded(choice.space);
  const indices = (view: Float64Array) => Array.from(view, (_, i) => view.byteOffset / view.BYTES_PER_ELEMENT + i);
  const from = Int32Array.from(slots.filter(isReal).flatMap(({ u }) => indices(u)));
  const to = Int32Array.from(slots.filter(isReal).flatMap((slot) => indices(slot.x)));
  const bent = slots.flatMap((slot) => {
    const { bijector } = slot.choice;
    return bijector === undefined || isReal(slot) ? [] : [{ ...slot, bijector }];
  });
  return {
    constrain() {
      let logJacobian = 0;
      for (let i = 0; i < from.length; i++) x[to[i]] = position[from[i]];
      for (let i = 0; i < bent.length; i++) logJacobian += bent[i].bijector.constrain(bent[i].u, bent[i].x);
      return logJacobian;
    },
    pullback() {
      for (let i = 0; i < from.length; i++) gradient[from[i]] = xGradient[to[i]];
      for (let i = 0; i < bent.length; i++) {
        const { bijector, u, uGradient } = bent[i];
        uGradient.fill(0);
        bijector.pullback(u, bent[i].x, bent[i].xGradient, uGradient);
      }
    },
  };
}

/** An indexed loop: `set` costs more than the copy at usual dimensions. */
export function copyInto(target: Float64Array, source: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] = source[i];
}
