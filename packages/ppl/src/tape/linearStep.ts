import { fillBlock } from "./blocks.ts";
import { isConstantSlot, type Layout, type Slot } from "./instruction.ts";
import * as loops from "./linearLoops.ts";
import type { Step, TapeBuffers } from "./step.ts";

/** scale · source · factor, row by row; source and factor of size 1 are repeated. */
export interface LinearTerm {
  readonly source: Slot;
  /** Row i takes element index[i] of the source; undefined = element i. */
  readonly index: Int32Array | undefined;
  /** Undefined = 1. */
  readonly factor: Slot | undefined;
  readonly scale: 1 | -1;
}

/** out = Σ terms: what a tree of sums, products and gathers comes to (see `fuseLinear`). */
export interface LinearInstruction {
  readonly op: "linear";
  readonly terms: readonly LinearTerm[];
  readonly out: Slot;
}

/** One pass over the rows for all single numbers, one for each other term, and for each operand of it on the way back. */
export function linearStep({ terms, out }: LinearInstruction, layout: Layout, { values, adjoints }: TapeBuffers): Step {
  const steps = [
    singleNumbers(terms.filter(isSingleNumber), out, layout, values, adjoints),
    ...terms.filter((term) => !isSingleNumber(term)).map((term) => termStep(term, out, layout, values, adjoints)),
  ];
  return {
    forward() {
      for (let k = 0; k < steps.length; k++) steps[k].forward();
      return 0;
    },
    backward() {
      for (let k = 0; k < steps.length; k++) steps[k].backward();
    },
  };
}

type TermStep = Pick<Step, "backward"> & { forward(): void };

function isSingleNumber({ source, index, factor }: LinearTerm): boolean {
  return source.size === 1 && index === undefined && factor === undefined;
}

/** Overwrites `out` with the sum of single numbers, which may be none: the first step, to which the others add. */
function singleNumbers(
  terms: readonly LinearTerm[],
  out: Slot,
  layout: Layout,
  y: Float64Array,
  dy: Float64Array,
): TermStep {
  const { offset: o, size: n } = out;
  const latent = terms.filter(({ source }) => !isConstantSlot(layout, source));
  return {
    forward() {
      let total = 0;
      for (let k = 0; k < terms.length; k++) total += terms[k].scale * y[terms[k].source.offset];
      fillBlock(y, o, o + n, total);
    },
    backward() {
      if (latent.length === 0) return;
      const total = loops.sum(dy, o, n);
      for (let k = 0; k < latent.length; k++) dy[latent[k].source.offset] += latent[k].scale * total;
    },
  };
}

/** The loops that fit the shape of the term: scalars are taken out of them. */
function termStep(
  { source, index, factor, scale }: LinearTerm,
  out: Slot,
  layout: Layout,
  y: Float64Array,
  dy: Float64Array,
): TermStep {
  if (index !== undefined) return gatheredTerm(source, index, factor, scale, out, layout, y, dy);
  // A product does not mind which operand is called its factor: the scalar one, if there is one.
  if (factor !== undefined && source.size === 1) return directTerm(factor, source, scale, out, layout, y, dy);
  return directTerm(source, factor, scale, out, layout, y, dy);
}

function gatheredTerm(
  { offset: v, size }: Slot,
  index: Int32Array,
  factor: Slot | undefined,
  scale: number,
  { offset: o, size: n }: Slot,
  layout: Layout,
  y: Float64Array,
  dy: Float64Array,
): TermStep {
  const needsSource = !isConstantSlot(layout, { offset: v, size });
  const needsFactor = factor !== undefined && !isConstantSlot(layout, factor);
  const w = factor?.offset ?? 0;
  if (factor !== undefined && factor.size > 1) {
    return {
      forward: () => loops.addGatheredProduct(y, scale, v, index, w, o, n),
      backward() {
        if (needsSource) loops.scatterProduct(y, dy, scale, v, index, w, o, n);
        if (needsFactor) loops.pullFactorOfGathered(y, dy, scale, v, index, w, o, n);
      },
    };
  }
  const coefficient = () => (factor === undefined ? scale : scale * y[w]);
  return {
    forward: () => loops.addGathered(y, coefficient(), v, index, o, n),
    backward() {
      if (needsSource) loops.scatter(dy, coefficient(), v, index, o, n);
      if (needsFactor) dy[w] += scale * loops.dotGathered(y, dy, v, index, o, n);
    },
  };
}

function directTerm(
  source: Slot,
  factor: Slot | undefined,
  scale: number,
  { offset: o, size: n }: Slot,
  layout: Layout,
  y: Float64Array,
  dy: Float64Array,
): TermStep {
  const needsSource = !isConstantSlot(layout, source);
  const needsFactor = factor !== undefined && !isConstantSlot(layout, factor);
  const v = source.offset;
  const w = factor?.offset ?? 0;
  if (factor !== undefined && factor.size > 1) {
    return {
      forward: () => loops.addProduct(y, scale, v, w, o, n),
      backward() {
        if (needsSource) loops.pullProduct(y, dy, scale, v, w, o, n);
        if (needsFactor) loops.pullProduct(y, dy, scale, w, v, o, n);
      },
    };
  }
  const coefficient = () => (factor === undefined ? scale : scale * y[w]);
  return {
    forward: () => loops.addVector(y, coefficient(), v, o, n),
    backward() {
      if (needsSource) loops.addVector(dy, coefficient(), o, v, n);
      if (needsFactor) dy[w] += scale * loops.dot(y, dy, v, o, n);
    },
  };
}
