import {
  type ConditionScale,
  categoryCodes,
  createTermEncoder,
  type EncodedColumn,
  type EncodedTerms,
  type Feature,
  readCondition,
  standardizeConditions,
  writeFeatures,
} from "@poolish/estimators";
import { columnOf, type Simulations } from "./simulations.ts";

/** Simulations as a density sees them: simulation i is row i and term i. */
export interface EncodedSimulations {
  readonly count: number;
  /** count × numFeatures. */
  readonly features: Float64Array;
  readonly columns: readonly Float64Array[];
  /** count × numConditions. */
  readonly conditions: Float64Array;
  /** log |dy/dx| of each simulation: what the log-density of x has beyond that of y. */
  readonly logJacobian: Float64Array;
}

export interface Encoding {
  readonly columns: readonly EncodedColumn[];
  readonly features: readonly Feature[];
  readonly conditionScales: readonly ConditionScale[];
}

export function encodeSimulations(simulations: Simulations, encoding: Encoding): EncodedSimulations {
  const { count, parameters, columns: specs, conditions, theta, x, conditionValues } = simulations;
  const { columns, features, conditionScales } = encoding;
  const raw = columns.map((column, c) => {
    const values = columnOf(x, specs.length, c);
    return column.kind === "category" ? categoryCodes(specs[c].name, column, values) : values;
  });
  const itself = Int32Array.from({ length: count }, (_, i) => i);
  const encoder = createTermEncoder(columns, raw, itself, parameters.length);
  encoder.update(theta);
  const featureValues = new Float64Array(count * features.length);
  writeFeatures(features, theta, parameters.length, count, featureValues);
  const known = conditions.map((condition, k) =>
    readCondition(condition, conditionScales[k], columnOf(conditionValues, conditions.length, k)),
  );
  return {
    count,
    features: featureValues,
    columns: encoder.columns,
    conditions: standardizeConditions(conditionScales, known, count),
    logJacobian: encoder.logJacobian,
  };
}

/** One batch of simulations at a time, gathered into buffers of its own. */
export interface SimulationBatch {
  readonly features: Float64Array;
  readonly logJacobian: Float64Array;
  /** Gathers the simulations `indices`, at most `maxBatch`; what it returns is valid until the next call. */
  gather(indices: Int32Array): EncodedTerms;
}

export function createSimulationBatch(simulations: EncodedSimulations, maxBatch: number): SimulationBatch {
  const { count } = simulations;
  const numFeatures = count === 0 ? 0 : simulations.features.length / count;
  const numConditions = count === 0 ? 0 : simulations.conditions.length / count;
  const features = new Float64Array(maxBatch * numFeatures);
  const logJacobian = new Float64Array(maxBatch);
  const columns = simulations.columns.map(() => new Float64Array(maxBatch));
  const conditions = new Float64Array(maxBatch * numConditions);
  const rowOfTerm = Int32Array.from({ length: maxBatch }, (_, i) => i);
  return {
    features,
    logJacobian,
    gather(indices) {
      for (let i = 0; i < indices.length; i++) {
        const from = indices[i];
        for (let f = 0; f < numFeatures; f++)
          features[i * numFeatures + f] = simulations.features[from * numFeatures + f];
        for (let k = 0; k < numConditions; k++) {
          conditions[i * numConditions + k] = simulations.conditions[from * numConditions + k];
        }
        for (let c = 0; c < columns.length; c++) columns[c][i] = simulations.columns[c][from];
        logJacobian[i] = simulations.logJacobian[from];
      }
      return { numTerms: indices.length, rowOfTerm, columns, conditions };
    },
  };
}
