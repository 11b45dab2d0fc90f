import type { ConditionalDensity, EncodedTerms, Gradients } from "../density/conditionalDensity.ts";
import { numBlockWeights } from "../network/splitNetworkSpec.ts";
import { createLayeredMass, type LayeredMass } from "./createLayeredMass.ts";
import { createLayeredNetwork } from "./layeredNetwork.ts";
import { type LayeredSpec, layeredBlocks } from "./layeredSpec.ts";
import { sampleLayered } from "./sampleLayered.ts";

/**
 * A network whose output is the log-density, for up to `maxRows` rows and `maxTerms` terms. It is frozen: its pullback has no
 * gradient in weights. From the first pullback on, each evaluation computes the gradient of every term on the way, while
 * its activations are in the cache. A network with a normaliser is divided by its mass at each row.
 */
export function createLayeredDensity(spec: LayeredSpec, maxRows: number, maxTerms: number): ConditionalDensity {
  const network = createLayeredNetwork(spec, maxRows, maxTerms);
  const mass = spec.normaliser && createLayeredMass(spec, spec.normaliser, maxRows);
  const outputs = new Float64Array(maxTerms);
  const rowAdjoint = new Float64Array(mass === undefined ? 0 : maxRows);
  let current: Float64Array = new Float64Array(0);
  const size = { numRows: 0, numTerms: 0 };
  let wantsGradient = false;
  const run = (): void => {
    network.run(size.numRows, size.numTerms, outputs, wantsGradient);
    mass?.evaluate(current, size.numRows, wantsGradient);
  };
  const setRows = (features: Float64Array, numRows: number): void => {
    const { values, stride } = network.rows;
    const width = spec.numFeatures;
    size.numRows = numRows;
    for (let r = 0; r < numRows; r++) {
      for (let f = 0; f < width; f++) values[r * stride + f] = features[r * width + f];
    }
  };
  return {
    numWeights: numBlockWeights(layeredBlocks(spec)),
    setWeights(weights) {
      network.setWeights(weights);
      mass?.setWeights(weights);
    },
    setTerms(terms) {
      size.numTerms = terms.numTerms;
      network.rowOf.values.set(terms.rowOfTerm.subarray(0, terms.numTerms));
      writeTerms(spec, terms, network.terms);
    },
    evaluate(features, numRows, logTerms) {
      setRows(features, numRows);
      // A pullback that is the first asks once more.
      current = features;
      run();
      for (let i = 0; i < size.numTerms; i++) logTerms[i] = outputs[i];
      if (mass !== undefined) subtractMass(mass, network.rowOf.values, size.numTerms, logTerms);
    },
    pullback(adjoint, into) {
      if (into.weights !== undefined) throw new Error("a layered network has no gradient in its weights");
      if (!wantsGradient) {
        wantsGradient = true;
        run();
      }
      addGradients(spec, network.gradient, network.rowOf.values, size.numTerms, adjoint, into);
      if (mass === undefined || into.features === undefined) return;
      sumByRow(adjoint, network.rowOf.values, size.numTerms, rowAdjoint);
      subtractMassGradient(mass, rowAdjoint, size.numRows, spec.numFeatures, into.features);
    },
    sample(rng, features, _numRows, columns) {
      const { numTerms } = size;
      const conditions = readConditions(spec, network.terms, numTerms);
      const rowOfTerm = network.rowOf.values.slice(0, numTerms);
      sampleLayered(spec, network, rng, { features, numTerms, rowOfTerm, conditions }, columns);
    },
  };
}

function subtractMass({ logMass }: LayeredMass, rowOfTerm: Int32Array, numTerms: number, logTerms: Float64Array): void {
  for (let i = 0; i < numTerms; i++) logTerms[i] -= logMass[rowOfTerm[i]];
}

function sumByRow(adjoint: Float64Array, rowOfTerm: Int32Array, numTerms: number, sums: Float64Array): void {
  sums.fill(0);
  for (let i = 0; i < numTerms; i++) sums[rowOfTerm[i]] += adjoint[i];
}

function subtractMassGradient(
  { gradient }: LayeredMass,
  rowAdjoint: Float64Array,
  numRows: number,
  width: number,
  features: Float64Array,
): void {
  for (let r = 0; r < numRows; r++) {
    for (let f = r * width; f < (r + 1) * width; f++) features[f] -= rowAdjoint[r] * gradient[f];
  }
}

interface Rows {
  readonly values: Float32Array;
  readonly stride: number;
}

/** Writes conditions and columns, categories by their values. */
function writeTerms(spec: LayeredSpec, terms: EncodedTerms, { values, stride }: Rows): void {
  const { numTerms, conditions } = terms;
  const width = spec.numConditions;
  for (let i = 0; i < numTerms; i++) {
    for (let k = 0; k < width; k++) values[i * stride + k] = conditions[i * width + k];
  }
  spec.columns.forEach((column, c) => {
    const from = terms.columns[c];
    const categories = column.kind === "category" ? column.values : undefined;
    for (let i = 0, at = width + c; i < numTerms; i++, at += stride) {
      values[at] = categories === undefined ? from[i] : categories[from[i]];
    }
  });
}

function readConditions({ numConditions }: LayeredSpec, { values, stride }: Rows, numTerms: number): Float64Array {
  return Float64Array.from({ length: numTerms * numConditions }, (_, i) => {
    return values[Math.floor(i / numConditions) * stride + (i % numConditions)];
  });
}

function addGradients(
  { numFeatures, numConditions }: LayeredSpec,
  { values, stride }: Rows,
  rowOfTerm: Int32Array,
  numTerms: number,
  adjoint: Float64Array,
  { features, columns }: Gradients,
): void {
  if (features !== undefined) {
    for (let i = 0; i < numTerms; i++) {
      const to = rowOfTerm[i] * numFeatures;
      for (let f = 0; f < numFeatures; f++) features[to + f] += adjoint[i] * values[i * stride + f];
    }
  }
  columns?.forEach((column, c) => {
    const first = numFeatures + numConditions + c;
    for (let i = 0; i < numTerms; i++) column[i] += adjoint[i] * values[i * stride + first];
  });
}
