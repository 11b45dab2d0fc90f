import type { Rng } from "@poolish/core";
import type { ConditionalDensity, EncodedTerms } from "../density/conditionalDensity.ts";
import { writeFlatWeights } from "../network/weightMemory.ts";
import type { BaselineRow } from "./baseline.ts";
import { createFieldJet } from "./density/fieldJet.ts";
import { createGridFlow } from "./density/gridFlow.ts";
import { gridStages } from "./density/gridSteps.ts";
import { jetBuffersCapacity } from "./density/jetBuffers.ts";
import { createField } from "./field.ts";
import { angleRange, DEFAULT_TOLERANCE, drawByOde } from "./sampling/drawByOde.ts";
import type { VectorFieldSpec } from "./vectorFieldSpec.ts";

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** Points times directions that go through the network with their tangents at once. */
const MOST_TANGENTS = 4096;

/**
 * The density of the flow that carries noise to data along a field, on the fixed grid of `spec.numSteps` steps: smooth, with
 * gradients in columns and features, none in weights (a field is trained by regression). Draws follow the field adaptively.
 * Allocates for up to `maxRows` rows and `maxTerms` terms; set the weights before use.
 */
export function createVectorFieldDensity(spec: VectorFieldSpec, maxRows: number, maxTerms: number): ConditionalDensity {
  const D = spec.columns.length;
  const chunk = Math.max(1, Math.min(maxTerms, Math.floor(MOST_TANGENTS / D)));
  const field = createField(spec, maxRows, maxTerms, jetBuffersCapacity(spec, maxRows, chunk));
  const jet = createFieldJet(field, maxRows, chunk);
  const [first, last] = angleRange(field);
  const flow = createGridFlow(jet, gridStages(first, last, spec.numSteps), D, chunk);
  const { numFeatures, numConditions } = spec;
  const y = new Float64Array(maxTerms * D);
  const z = new Float64Array(maxTerms * D);
  const u = new Float64Array(chunk * D);
  const uAdjoint = new Float64Array(chunk * D);
  const zAdjoint = new Float64Array(maxTerms * D);
  const yAdjoint = new Float64Array(maxTerms * D);
  const logVolume = new Float64Array(chunk);
  let terms: EncodedTerms = { numTerms: 0, rowOfTerm: new Int32Array(0), columns: [], conditions: new Float64Array(0) };
  let features: Float64Array = new Float64Array(0);
  const whitening: BaselineRow = { term: 0, row: 0, features, conditions: terms.conditions };
  const pointTo = (term: number): BaselineRow => {
    whitening.term = term;
    whitening.row = terms.rowOfTerm[term];
    return whitening;
  };
  /** Sets the jet to the terms from `start` on, and returns their number; their rows stand together. */
  const setChunk = (start: number): { readonly count: number; readonly firstRow: number; readonly endRow: number } => {
    const end = Math.min(terms.numTerms, start + chunk);
    const firstRow = terms.rowOfTerm[start];
    const endRow = terms.rowOfTerm[end - 1] + 1;
    const rowOfTerm =
      firstRow === 0
        ? terms.rowOfTerm.subarray(start, end)
        : terms.rowOfTerm.subarray(start, end).map((row) => row - firstRow);
    const ownFeatures = features.subarray(firstRow * numFeatures, endRow * numFeatures);
    const conditions = terms.conditions.subarray(start * numConditions, end * numConditions);
    jet.set(ownFeatures, endRow - firstRow, rowOfTerm, conditions, end - start);
    return { count: end - start, firstRow, endRow };
  };
  const carry = (start: number, count: number): void => {
    u.set(z.subarray(start * D, (start + count) * D));
    flow.forward(u, count, logVolume);
  };
  return {
    numWeights: field.memory.positions.length,
    memory: { ...field.memory, refresh: field.refresh },
    setWeights(weights) {
      writeFlatWeights(field.memory, weights);
      field.refresh();
      jet.refresh();
    },
    setTerms(next) {
      const { numTerms } = next;
      terms = {
        ...next,
        rowOfTerm: next.rowOfTerm.slice(0, numTerms),
        conditions: next.conditions.slice(0, numTerms * numConditions),
      };
      whitening.conditions = terms.conditions;
      for (let d = 0; d < D; d++) for (let i = 0; i < next.numTerms; i++) y[i * D + d] = next.columns[d][i];
    },
    evaluate(nextFeatures, _, logTerms) {
      features = nextFeatures;
      whitening.features = features;
      for (let i = 0; i < terms.numTerms; i++) field.baseline.whiten(pointTo(i), y, z);
      for (let start = 0; start < terms.numTerms; start += chunk) {
        const { count } = setChunk(start);
        carry(start, count);
        for (let i = 0; i < count; i++) {
          let value = logVolume[i] - field.baseline.logDeterminant - D * HALF_LOG_TWO_PI;
          for (let d = 0; d < D; d++) value -= 0.5 * u[i * D + d] * u[i * D + d];
          logTerms[start + i] = value;
        }
      }
    },
    pullback(adjoint, into) {
      if (into.weights !== undefined)
        throw new Error("a field is trained by regression: its density has no gradient in weights");
      zAdjoint.fill(0, 0, terms.numTerms * D);
      for (let start = 0; start < terms.numTerms; start += chunk) {
        const { count, firstRow, endRow } = setChunk(start);
        if (terms.numTerms > chunk) carry(start, count);
        for (let i = 0; i < count; i++)
          for (let d = 0; d < D; d++) uAdjoint[i * D + d] = -adjoint[start + i] * u[i * D + d];
        flow.backward(
          uAdjoint,
          adjoint.subarray(start, start + count),
          into.features?.subarray(firstRow * numFeatures, endRow * numFeatures),
        );
        zAdjoint.set(uAdjoint.subarray(0, count * D), start * D);
      }
      yAdjoint.fill(0, 0, terms.numTerms * D);
      for (let i = 0; i < terms.numTerms; i++) field.baseline.pullback(pointTo(i), zAdjoint, yAdjoint, into.features);
      if (into.columns === undefined) return;
      for (let d = 0; d < D; d++) for (let i = 0; i < terms.numTerms; i++) into.columns[d][i] += yAdjoint[i * D + d];
    },
    sample(rng: Rng, nextFeatures, rowCount, columns) {
      field.setRows(nextFeatures, rowCount);
      field.setTerms(terms.rowOfTerm, terms.conditions, terms.numTerms);
      const drawn = z.subarray(0, terms.numTerms * D);
      drawByOde(rng, field, drawn, { tolerance: DEFAULT_TOLERANCE });
      whitening.features = nextFeatures;
      for (let i = 0; i < terms.numTerms; i++) field.baseline.colour(pointTo(i), z, y);
      for (let d = 0; d < D; d++) for (let i = 0; i < terms.numTerms; i++) columns[d][i] = y[i * D + d];
    },
  };
}
