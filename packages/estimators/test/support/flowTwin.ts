import type { FlowSpec } from "../../src/flow/flowSpec.ts";
import type { Point } from "./continuousDensity.ts";

/** A block of a network's weights, read from the flat ones. */
type Take = (rows: number, columns: number) => Float64Array[];

/**
 * The slow and obvious twin of an affine flow, in float64: each column's mean and log scale come from a network that is run
 * for this column alone, with every input that the column must not see left out by hand.
 */
export function affineFlowTwin(spec: FlowSpec, { weights, terms, features }: Point, term: number): number {
  const D = spec.columns.length;
  let x = terms.columns.map((column) => column[term]);
  const row = terms.rowOfTerm[term];
  const theta = features.slice(row * spec.numFeatures, (row + 1) * spec.numFeatures);
  const known = terms.conditions.slice(term * spec.numConditions, (term + 1) * spec.numConditions);
  let from = 0;
  let logDensity = 0;
  for (const order of spec.orders) {
    const take: Take = (rows, columns) =>
      Array.from({ length: rows }, () => {
        from += columns;
        return Float64Array.from(weights.subarray(from - columns, from));
      });
    const numTermInputs = D === 1 && known.length === 0 ? 0 : D + known.length;
    const layers = [...spec.hidden, 2 * D].map((width, k) => {
      const rows = k === 0 ? spec.numFeatures + numTermInputs : spec.hidden[k - 1];
      return { matrix: take(rows, width), bias: take(1, width)[0] };
    });
    x = x.map((value, c) => {
      const position = order.indexOf(c);
      const seen = x.map((other, d) => (order.indexOf(d) < position ? other : 0));
      const [mean, raw] = outputs(spec, layers, [...theta, ...[...seen, ...known].slice(0, numTermInputs)], order, c);
      const logScale = raw / (1 + Math.abs(raw) / 7);
      logDensity -= logScale;
      return (value - mean) * Math.exp(-logScale);
    });
  }
  return x.reduce((sum, z) => sum - 0.5 * z * z - 0.5 * Math.log(2 * Math.PI), logDensity);
}

interface Layer {
  readonly matrix: readonly Float64Array[];
  readonly bias: Float64Array;
}

/** Mean and raw log scale of column c: hidden unit u of a layer of H may be used from position ⌊u D / H⌋ on. */
function outputs(
  spec: FlowSpec,
  layers: readonly Layer[],
  inputs: number[],
  order: readonly number[],
  c: number,
): number[] {
  const D = spec.columns.length;
  const firstUse = (unit: number, width: number): number => Math.floor((unit * D) / width);
  const inputUse = (i: number): number => {
    const column = i - spec.numFeatures;
    return column >= 0 && column < D ? order.indexOf(column) + 1 : 0;
  };
  let below = inputs;
  let belowUse = inputs.map((_, i) => inputUse(i));
  spec.hidden.forEach((width, k) => {
    const { matrix, bias } = layers[k];
    const use = Array.from(bias, (_, u) => firstUse(u, width));
    const value = Array.from(bias, (offset, u) => {
      const sum = below.reduce((total, v, i) => total + (belowUse[i] <= use[u] ? v * matrix[i][u] : 0), offset);
      return Math.tanh(sum) + (k > 0 && spec.hidden[k - 1] === width ? below[u] : 0);
    });
    below = value;
    belowUse = use;
  });
  const { matrix, bias } = layers[spec.hidden.length];
  const position = order.indexOf(c);
  return [c, D + c].map((o) =>
    below.reduce((total, v, i) => total + (belowUse[i] <= position ? v * matrix[i][o] : 0), bias[o]),
  );
}
