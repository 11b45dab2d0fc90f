import type { Gradients } from "../density/conditionalDensity.ts";
import { clearInputGradients } from "../network/splitInputs.ts";
import { addFlatGradient } from "../network/weightMemory.ts";
import { type AutoregressiveSpec, numericColumns } from "./autoregressiveSpec.ts";
import { type Branch, residualInput } from "./branch.ts";
import type { Parts } from "./parts.ts";

/** Buffers of a pullback: adjoints of the numeric columns' residuals and log scales. */
export interface PullbackBuffers {
  readonly residuals: readonly Float64Array[];
  readonly logScales: readonly Float64Array[];
  readonly numeric: readonly number[];
}

export function createPullbackBuffers(spec: AutoregressiveSpec, maxTerms: number): PullbackBuffers {
  const numeric = numericColumns(spec.columns);
  const perNumeric = (): Float64Array[] => numeric.map(() => new Float64Array(maxTerms));
  return { residuals: perNumeric(), logScales: perNumeric(), numeric };
}

/** Σ adjoint_i ∂ log p_i at the last `evaluateColumns`, as `ConditionalDensity.pullback` says. */
export function pullbackColumns(parts: Parts, buffers: PullbackBuffers, adjoint: Float64Array, into: Gradients): void {
  const { branches, inputs, adjoints, memory } = parts;
  const { numTerms } = inputs.size;
  for (let i = 0; i < numTerms; i++) adjoints.values[i] = adjoint[i];
  clearInputGradients(inputs);
  const weights = into.weights !== undefined;
  const rowInputs = into.features !== undefined;
  // From the last column to the first: a residual's adjoint is complete when all later columns have added to it.
  for (let position = branches.length - 1; position >= 0; position--) {
    const branch = branches[position];
    pullbackHead(parts, branch, buffers, adjoint);
    branch.network.backward({ weights, rowInputs, termInputs: branch.numeric > 0 });
  }
  pullbackTrunk(parts, buffers, into);
  if (into.features !== undefined) addFeatures(parts, into.features);
  if (into.weights !== undefined && into.weights !== memory.gradient.values) addFlatGradient(memory, into.weights);
}

function pullbackHead(
  { values, adjoints, inputs, spec }: Parts,
  { head, column, numeric }: Branch,
  buffers: PullbackBuffers,
  adjoint: Float64Array,
): void {
  if (head.kind === "category") {
    head.head.pullback(values[column], adjoint);
    return;
  }
  const { size, termGradient } = inputs;
  const { numTerms } = size;
  const residuals = buffers.residuals[numeric];
  const logScale = buffers.logScales[numeric];
  const { values: byLater, stride } = termGradient;
  const at = residualInput(spec, numeric);
  if (head.kind === "count") {
    for (let i = 0; i < numTerms; i++) residuals[i] = byLater[at + i * stride];
    head.head.pullback(adjoint, residuals, logScale);
    return;
  }
  const byHead = head.head.pullback(adjoints);
  for (let i = 0; i < numTerms; i++) {
    residuals[i] = byHead[i] + byLater[at + i * stride];
    logScale[i] = -adjoint[i];
  }
}

function pullbackTrunk({ trunk, layer }: Parts, buffers: PullbackBuffers, into: Gradients): void {
  if (trunk === undefined) return;
  const { columns } = into;
  const yGradient = columns && buffers.numeric.map((c) => columns[c]);
  const { location, spread } = trunk;
  layer.pullback(buffers.residuals, buffers.logScales, location.outputGradient, spread.outputGradient, yGradient);
  const goals = { weights: into.weights !== undefined, rowInputs: into.features !== undefined, termInputs: false };
  location.backward(goals);
  spread.backward(goals);
}

function addFeatures({ spec, inputs }: Parts, features: Float64Array): void {
  const { rowGradient, size } = inputs;
  const width = spec.numFeatures;
  for (let r = 0; r < size.numRows; r++) {
    for (let f = 0; f < width; f++) features[r * width + f] += rowGradient.values[r * rowGradient.stride + f];
  }
}
