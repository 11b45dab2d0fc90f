import type { Rng } from "@poolish/core";
import { logSumExp } from "@poolish/math";
import { writeFlatWeights } from "../../network/weightMemory.ts";
import { createField, type Field } from "../field.ts";
import { dormandPrince } from "../sampling/dormandPrince.ts";
import { angleRange } from "../sampling/drawByOde.ts";
import type { FieldRows } from "../sampling/drawObservations.ts";
import type { VectorFieldSpec } from "../vectorFieldSpec.ts";
import { createFieldJet, fieldJetCapacity } from "./createFieldJet.ts";
import { type Directions, randomDirections } from "./directions.ts";
import type { FieldJet } from "./fieldJet.ts";

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
/** Terms that share the steps of the solver. */
const BLOCK = 256;
const NO_CONDITIONS = new Float64Array(0);

/**
 * Log-densities of encoded columns y (count × D) given rows of features (each member's own), one for all or one for each, to the
 * `tolerance` of an adaptive solver (Song et al. 2021, eq. 39; Grathwohl et al. 2019); of several members, that of their mean
 * density. The divergence is exact, or estimated in `hutchinson.directions` random directions where these are fewer than columns.
 */
export type FlowLogProb = (
  y: Float64Array,
  features: readonly Float64Array[],
  numRows: number,
  tolerance: number,
  hutchinson?: Hutchinson,
) => Float64Array;

/** How a divergence is estimated instead of computed. */
export interface Hutchinson {
  readonly rng: Rng;
  readonly directions: number;
}

export function createFlowLogProb(density: VectorFieldSpec, ofMembers: readonly Float32Array[]): FlowLogProb {
  const members = ofMembers.map((weights) => {
    const field = createField(density, BLOCK, BLOCK, fieldJetCapacity(density, BLOCK, BLOCK));
    const jet = createFieldJet(field, BLOCK, BLOCK);
    writeFlatWeights(field.memory, weights);
    field.refresh();
    jet.refresh();
    return { field, jet };
  });
  const D = density.columns.length;
  return (y, features, numRows, tolerance, hutchinson) => {
    const logProbs = members.map(({ field, jet }, k) =>
      memberLogProb(field, jet, y, { features: features[k], numRows }, tolerance, hutchinson),
    );
    if (members.length === 1) return logProbs[0];
    return Float64Array.from({ length: y.length / D }, (_, i) => {
      return logSumExp(Float64Array.from(logProbs, (own) => own[i])) - Math.log(members.length);
    });
  };
}

function memberLogProb(
  field: Field,
  jet: FieldJet,
  y: Float64Array,
  rows: FieldRows,
  tolerance: number,
  hutchinson: Hutchinson | undefined,
): Float64Array {
  const { numFeatures, columns } = field.spec;
  const D = columns.length;
  const out = new Float64Array(y.length / D);
  for (let first = 0; first < out.length; first += BLOCK) {
    const count = Math.min(BLOCK, out.length - first);
    const isShared = rows.numRows === 1;
    const features = isShared
      ? rows.features
      : rows.features.subarray(first * numFeatures, (first + count) * numFeatures);
    const rowOfTerm = Int32Array.from({ length: count }, (_, i) => (isShared ? 0 : i));
    jet.set(features, isShared ? 1 : count, rowOfTerm, NO_CONDITIONS, count);
    const z = new Float64Array(count * D);
    const own = y.subarray(first * D, (first + count) * D);
    for (let i = 0; i < count; i++) {
      field.baseline.whiten({ term: i, row: rowOfTerm[i], features, conditions: NO_CONDITIONS }, own, z);
    }
    const isEstimated = hutchinson !== undefined && hutchinson.directions < D;
    const directions = isEstimated ? randomDirections(hutchinson.rng, hutchinson.directions, count, D) : undefined;
    out.set(carry(field, jet, z, count, tolerance, directions), first);
  }
  return out;
}

/** The log-densities of whitened points. */
function carry(
  field: Field,
  jet: FieldJet,
  z: Float64Array,
  count: number,
  tolerance: number,
  directions: Directions | undefined,
): Float64Array {
  const size = z.length;
  const D = size / count;
  const [first, last] = angleRange(field);
  const state = new Float64Array(size + count);
  state.set(z);
  dormandPrince(
    (angle, at, slope) =>
      jet.run(at.subarray(0, size), angle, slope.subarray(0, size), slope.subarray(size), directions),
    first,
    last,
    state,
    { tolerance },
  );
  return Float64Array.from({ length: count }, (_, i) => {
    let value = state[size + i] - field.baseline.logDeterminant - D * HALF_LOG_TWO_PI;
    for (let d = 0; d < D; d++) value -= 0.5 * state[i * D + d] ** 2;
    return value;
  });
}
