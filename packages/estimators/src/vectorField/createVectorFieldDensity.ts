import type { Rng } from "@poolish/core";
import type { ConditionalDensity } from "../density/conditionalDensity.ts";
import { writeFlatWeights } from "../network/weightMemory.ts";
import { createChunkFlow } from "./density/chunkFlow.ts";
import { createFieldJet, fieldJetCapacity, jetChunk } from "./density/createFieldJet.ts";
import { createGridFlow } from "./density/gridFlow.ts";
import { gridStages } from "./density/gridSteps.ts";
import { createWhitenedTerms } from "./density/whitenedTerms.ts";
import { createField } from "./field.ts";
import { angleRange, DEFAULT_ODE_STEPS, drawByOde } from "./sampling/drawByOde.ts";
import type { VectorFieldSpec } from "./vectorFieldSpec.ts";

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * The density of the flow that carries noise to data along a field, on the fixed grid of `spec.numSteps` steps: smooth, with
 * gradients in columns and features, none in weights (a field is trained by regression). Draws follow the field in steps of
 * their own. Allocates for up to `maxRows` rows and `maxTerms` terms; set the weights before use.
 */
export function createVectorFieldDensity(spec: VectorFieldSpec, maxRows: number, maxTerms: number): ConditionalDensity {
  const D = spec.columns.length;
  const chunk = jetChunk(spec, maxTerms);
  const field = createField(spec, maxRows, maxTerms, fieldJetCapacity(spec, maxRows, chunk));
  const jet = createFieldJet(field, maxRows, chunk);
  const [first, last] = angleRange(field);
  const flow = createGridFlow(jet, gridStages(first, last, spec.numSteps), D, chunk);
  const chunks = createChunkFlow(jet, flow, spec, chunk);
  const whitened = createWhitenedTerms(field, maxTerms);
  return {
    numWeights: field.memory.positions.length,
    memory: { ...field.memory, refresh: field.refresh },
    setWeights(weights) {
      writeFlatWeights(field.memory, weights);
      field.refresh();
      jet.refresh();
    },
    setTerms: whitened.setTerms,
    evaluate(features, _, logTerms) {
      whitened.whiten(features);
      const constant = -field.baseline.logDeterminant - D * HALF_LOG_TWO_PI;
      for (let start = 0; start < whitened.terms.numTerms; start += chunk) {
        chunks.evaluate(whitened, start, constant, logTerms);
      }
    },
    pullback(adjoint, into) {
      if (into.weights !== undefined)
        throw new Error("a field is trained by regression: its density has no gradient in weights");
      const { numTerms } = whitened.terms;
      for (let start = 0; start < numTerms; start += chunk) chunks.pullback(whitened, start, adjoint, into.features);
      whitened.pullback(into);
    },
    sample(rng: Rng, features, rowCount, columns) {
      const { terms, z } = whitened;
      field.setRows(features, rowCount);
      field.setTerms(terms.rowOfTerm, terms.conditions, terms.numTerms);
      drawByOde(rng, field, z.subarray(0, terms.numTerms * D), { steps: DEFAULT_ODE_STEPS });
      whitened.colour(features, columns);
    },
  };
}
