import type { ContinuousColumn } from "../columns/continuousColumn.ts";
import { type SplitNetworkSpec, splitNetworkBlocks, type WeightBlock } from "../network/splitNetworkSpec.ts";
import { NUM_ANGLE_FEATURES } from "./angleFeatures.ts";
import { type AttentionInputs, type AttentionShape, attentionBlocks } from "./attention/attentionShape.ts";
import type { PathName } from "./path/paths.ts";

/**
 * A conditional density as a field that carries noise to data. Columns y are first made standard normal as far as that goes
 * by the baseline y = A·inputs + b + L·z, the least-squares plane and the Cholesky factor of what it leaves; the field moves
 * z. Its network is given u, the point divided by its spread, the angle (see `angleAt`), features and conditions, and says how
 * u turns with the angle; a network that says 0 leaves the baseline as it is.
 */
export interface VectorFieldSpec {
  readonly kind: "vector-field";
  readonly columns: readonly ContinuousColumn[];
  readonly numFeatures: number;
  readonly numConditions: number;
  /** The path that it was trained on: where draws start, and how densely angles were visited. */
  readonly path: PathName;
  /** Widths of the hidden layers of the network that summarises the features of a row. */
  readonly rowHidden: readonly number[];
  /** Summaries of a row that the field's network is given beside the features; may be 0. */
  readonly numSummaries: number;
  readonly hidden: readonly number[];
  readonly activation: "silu";
  /** The network is a transformer of this shape, in place of hidden layers. */
  readonly attention?: AttentionShape;
  /** Steps of the fixed grid on which densities inside programs are computed. */
  readonly numSteps: number;
  /** What that grid costs: the root mean square error of its log-density on simulations, in nats; measured after training. */
  readonly gridError: number;
}

/** Rows: features of θ (or of x). */
export function summaryNetworkSpec({
  numFeatures,
  rowHidden,
  numSummaries,
  activation,
}: VectorFieldSpec): SplitNetworkSpec {
  return {
    numRowInputs: numFeatures,
    numTermInputs: 0,
    hidden: rowHidden,
    numOutputs: numSummaries,
    activation,
    hasSkip: false,
  };
}

/** Rows: features and their summaries. Terms: u, the angle's features, conditions. */
export function fieldNetworkSpec({
  columns,
  numFeatures,
  numSummaries,
  numConditions,
  hidden,
  activation,
}: VectorFieldSpec): SplitNetworkSpec {
  const numTermInputs = columns.length + NUM_ANGLE_FEATURES + numConditions;
  return {
    numRowInputs: numFeatures + numSummaries,
    numTermInputs,
    hidden,
    numOutputs: columns.length,
    activation,
    hasSkip: false,
  };
}

/** What the transformer's tokens are made of, where there is one. */
export function attentionInputs(spec: VectorFieldSpec): AttentionInputs {
  const { numRowInputs, numTermInputs } = fieldNetworkSpec(spec);
  const numColumns = spec.columns.length;
  return { numColumns, numFeatures: numRowInputs, numShared: numTermInputs - numColumns };
}

/** The blocks of the flat weights, in order. Those of the baseline come first; training leaves them alone. */
export function vectorFieldBlocks(spec: VectorFieldSpec): WeightBlock[] {
  const summary = spec.numSummaries > 0 ? splitNetworkBlocks(summaryNetworkSpec(spec), "summary") : [];
  const { attention } = spec;
  const network =
    attention === undefined
      ? splitNetworkBlocks(fieldNetworkSpec(spec), "field")
      : attentionBlocks(attention, attentionInputs(spec), "field");
  return [...baselineBlocks(spec), ...summary, ...network];
}

export function baselineBlocks({ columns, numFeatures, numConditions }: VectorFieldSpec): WeightBlock[] {
  const D = columns.length;
  return [
    { name: "baseline.slope", shape: [numFeatures + numConditions, D] },
    { name: "baseline.intercept", shape: [D] },
    { name: "baseline.factor", shape: [D, D] },
  ];
}
