import { createKernels, type Kernels, type Matrix, matrixLength } from "@poolish/kernels";
import type { EncodedColumn } from "../columns/encodedColumn.ts";
import { encodingWidth } from "../columns/encodedColumn.ts";
import type { EncodedTerms } from "../density/conditionalDensity.ts";
import { createSplitInputs, type SplitInputs, splitInputsCapacity } from "../network/splitInputs.ts";
import { createSplitNetwork, type SplitNetwork, splitNetworkCapacity } from "../network/splitNetwork.ts";
import {
  createWeightMemory,
  type WeightBlocks,
  type WeightMemory,
  weightMemoryCapacity,
} from "../network/weightMemory.ts";
import {
  type AutoregressiveSpec,
  autoregressiveBlocks,
  branchSpec,
  numericColumns,
  numTermInputs,
  trunkSpec,
} from "./autoregressiveSpec.ts";
import { type Branch, createBranch, residualInput } from "./branch.ts";
import { countMiddle } from "./countHead.ts";
import { createGaussianLayer, type GaussianLayer } from "./gaussianLayer.ts";
import { mixtureHeadCapacity } from "./mixtureHead.ts";

/** The networks that place, scale and correlate the numeric columns. */
export interface Trunk {
  readonly location: SplitNetwork;
  readonly spread: SplitNetwork;
}

/** The parts of an autoregressive density, and the rows and terms that they are at. */
export interface Parts {
  readonly spec: AutoregressiveSpec;
  readonly memory: WeightMemory;
  /** Term inputs: see `numTermInputs`. */
  readonly inputs: SplitInputs;
  /** Absent where every column is a category. */
  readonly trunk: Trunk | undefined;
  readonly layer: GaussianLayer;
  /** In `columnOrder`. */
  readonly branches: readonly Branch[];
  readonly networks: readonly SplitNetwork[];
  /** The terms' encoded columns, copied. */
  readonly values: readonly Float64Array[];
  /** Numeric columns on the standardised scale: continuous ones as they are, counts by their middles. */
  readonly standardized: readonly Float64Array[];
  /** One number a term, in the kernels' memory. */
  readonly adjoints: Matrix;
}

export function createParts(spec: AutoregressiveSpec, maxRows: number, maxTerms: number): Parts {
  const { columns, numFeatures, isCoupled } = spec;
  const blocks = autoregressiveBlocks(spec);
  const kernels = createKernels({ capacity: weightMemoryCapacity(blocks) + buffersCapacity(spec, maxRows, maxTerms) });
  const memory = createWeightMemory(kernels, blocks);
  const inputs = createSplitInputs(kernels, numFeatures, numTermInputs(spec), maxRows, maxTerms);
  const trunk = createTrunk(kernels, spec, memory, inputs);
  const numNumeric = numericColumns(columns).length;
  const maxItems = trunk?.location.isPerTerm ? maxTerms : maxRows;
  const layer = createGaussianLayer(numNumeric, isCoupled, maxItems, maxTerms);
  const standardized = Array.from({ length: numNumeric }, () => new Float64Array(maxTerms));
  const branches = columns.map((_, position) =>
    createBranch(kernels, spec, position, memory, inputs, { layer, standardized }),
  );
  return {
    spec,
    memory,
    inputs,
    trunk,
    layer,
    branches,
    networks: [
      ...(trunk === undefined ? [] : [trunk.location, trunk.spread]),
      ...branches.map(({ network }) => network),
    ],
    values: columns.map(() => new Float64Array(maxTerms)),
    standardized,
    adjoints: kernels.allocateVector(maxTerms),
  };
}

function createTrunk(
  kernels: Kernels,
  spec: AutoregressiveSpec,
  blocks: WeightBlocks,
  inputs: SplitInputs,
): Trunk | undefined {
  const networks = trunkSpec(spec);
  return (
    networks && {
      location: createSplitNetwork(kernels, networks.location, blocks, "location", inputs),
      spread: createSplitNetwork(kernels, networks.spread, blocks, "spread", inputs),
    }
  );
}

/** Float32 elements of all but the weights. */
function buffersCapacity(spec: AutoregressiveSpec, maxRows: number, maxTerms: number): number {
  const { columns, numComponents, numFeatures } = spec;
  const trunk = trunkSpec(spec);
  const ofTrunk = trunk === undefined ? [] : [trunk.location, trunk.spread];
  const networks = [...ofTrunk, ...columns.map((_, position) => branchSpec(spec, position))];
  const heads = columns.reduce((sum, column) => sum + headCapacity(column, numComponents, maxRows, maxTerms), 0);
  return networks.reduce(
    (sum, network) => sum + splitNetworkCapacity(network, maxRows, maxTerms),
    splitInputsCapacity(numFeatures, numTermInputs(spec), maxRows, maxTerms) + heads + maxTerms + 4,
  );
}

function headCapacity(column: EncodedColumn, numComponents: number, maxRows: number, maxTerms: number): number {
  if (column.kind === "continuous") return mixtureHeadCapacity(numComponents, maxTerms);
  return column.kind === "category" ? 2 * matrixLength(Math.max(maxRows, maxTerms), column.values.length) : 0;
}

/** Copies terms, and writes to the networks' inputs what depends on them alone: conditions and indicators. */
export function setTerms({ spec, values, standardized, inputs }: Parts, terms: EncodedTerms): void {
  const { rowOf, size } = inputs;
  const { numTerms, rowOfTerm } = terms;
  size.numTerms = numTerms;
  for (let i = 0; i < numTerms; i++) rowOf.values[i] = rowOfTerm[i];
  for (let c = 0; c < values.length; c++) copyNumbers(terms.columns[c], values[c], numTerms);
  for (const [n, c] of numericColumns(spec.columns).entries()) {
    standardizeColumn(spec.columns[c], values[c], standardized[n], numTerms);
  }
  writeConditions(terms.conditions, spec.numConditions, inputs);
  writeCategories(spec, values, inputs);
}

function copyNumbers(from: Float64Array, to: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) to[i] = from[i];
}

function standardizeColumn(column: EncodedColumn, values: Float64Array, to: Float64Array, numTerms: number): void {
  if (column.kind !== "count") copyNumbers(values, to, numTerms);
  else for (let i = 0; i < numTerms; i++) to[i] = countMiddle(column.scale, values[i]);
}

function writeConditions(conditions: Float64Array, width: number, { terms, size }: SplitInputs): void {
  for (let i = 0; i < size.numTerms; i++) {
    for (let k = 0; k < width; k++) terms.values[i * terms.stride + k] = conditions[i * width + k];
  }
}

/** Writes indicators of the codes 1, 2, … of all categories; 0 is where all are 0. */
export function writeCategories(
  spec: AutoregressiveSpec,
  codes: readonly Float64Array[],
  { terms, size }: SplitInputs,
): void {
  const { values, stride } = terms;
  let from = spec.numConditions;
  for (let c = 0; c < spec.columns.length; c++) {
    if (spec.columns[c].kind !== "category") continue;
    const width = encodingWidth(spec.columns[c]);
    for (let i = 0; i < size.numTerms; i++) {
      for (let k = 0; k < width; k++) values[i * stride + from + k] = codes[c][i] === k + 1 ? 1 : 0;
    }
    from += width;
  }
}

/** Writes the features of θ rows to the networks' inputs. */
export function setRows({ spec, inputs }: Parts, features: Float64Array, numRows: number): void {
  const { rows, size } = inputs;
  const width = spec.numFeatures;
  size.numRows = numRows;
  for (let r = 0; r < numRows; r++) {
    for (let f = 0; f < width; f++) rows.values[r * rows.stride + f] = features[r * width + f];
  }
}

/** Runs the trunk and begins its layer: no column is entered yet. */
export function runTrunk({ trunk, layer, inputs }: Parts): void {
  if (trunk === undefined) return;
  const { location, spread } = trunk;
  const { size, rowOf, termItself } = inputs;
  location.run();
  spread.run();
  const numItems = location.isPerTerm ? size.numTerms : size.numRows;
  const itemOfTerm = location.isPerTerm ? termItself : rowOf.values;
  layer.begin(location.outputs, spread.outputs, itemOfTerm, numItems, size.numTerms);
}

/** Enters a numeric column into the layer, and its residuals into the networks' inputs. */
export function enterColumn({ spec, layer, standardized, inputs }: Parts, numeric: number): void {
  layer.enter(numeric, standardized[numeric]);
  const { terms, size } = inputs;
  const residuals = layer.residuals[numeric];
  let at = residualInput(spec, numeric);
  for (let i = 0; i < size.numTerms; i++, at += terms.stride) terms.values[at] = residuals[i];
}
