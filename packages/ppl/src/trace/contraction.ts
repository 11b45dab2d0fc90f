import { PoolishError } from "@poolish/core";
import {
  broadcastOuter,
  type Dim,
  dataDim,
  describeDims,
  eventDim,
  eventDims,
  misfit,
  outerDims,
  repeatOuter,
  sizeOf,
} from "./dims.ts";
import { binaryValues } from "./elementwise.ts";
import { gather, gatherElements } from "./gather.ts";
import type { Graph } from "./graph.ts";
import type { Operand } from "./node.ts";
import { compute, constantValue, graphOf, isNode, isRows, toValue, type Value } from "./value.ts";

/** The sum or log-sum-exp over the numbers of each vector or matrix; of a value that is neither, over all elements. */
export function reduce(name: "sum" | "logSumExp", a: Value): Value {
  const event = eventDims(a.dims);
  const label = `${name}(${a.label})`;
  if (event.length > 0) {
    if (a.gathered !== undefined) return gather(reduce(name, a.gathered.base), a.gathered.index);
    return compute([a], outerDims(a.dims), label, ([slot], out) => ({ op: "reduce", name, a: slot, out }));
  }
  return compute([a], [], label, ([slot], out) =>
    name === "sum" ? { op: "sum", a: slot, out } : { op: "reduce", name, a: slot, out },
  );
}

/** Like `reduce` with "sum", divided by the number of terms. */
export function mean(a: Value): Value {
  const event = eventDims(a.dims);
  const count = toValue(a.graph, sizeOf(event.length > 0 ? event : a.dims));
  return { ...binaryValues("divide", reduce("sum", a), count), label: `mean(${a.label})` };
}

/** Σ_k a_k b_k of vectors, over their outer axes; of values that are no vectors, over all elements. */
export function dot(a: Operand, b: Operand): Value {
  const graph = graphOf([a, b]);
  const left = toValue(graph, a, isNode(b) ? b : undefined);
  const right = toValue(graph, b, left);
  if (eventDims(left.dims).length === 0 && eventDims(right.dims).length === 0) {
    return reduce("sum", binaryValues("multiply", left, right));
  }
  const [width] = eventDims(left.dims);
  const outer = broadcastOuter(outerDims(left.dims), outerDims(right.dims));
  if (outer === undefined || !isVector(left) || !isVector(right) || eventDims(right.dims)[0].size !== width.size) {
    throw misfit(left.dims, right.dims, `dot(${left.label}, ${right.label})`);
  }
  return rowsTimesRows(left, right, outer, `dot(${left.label}, ${right.label})`);
}

function isVector({ dims }: Value): boolean {
  return eventDims(dims).length === 1;
}

/** One dot product for each element of `outer`. Rows that are only repeated are read where they are. */
function rowsTimesRows(a: Value, b: Value, outer: readonly Dim[], label: string): Value {
  const [{ size: width }] = eventDims(b.dims);
  const left = rowsOf(a, outer, width);
  const right = rowsOf(b, outer, width);
  return compute([left.base, right.base], outer, label, ([slotA, slotB], out) => ({
    op: "dot",
    width,
    a: slotA,
    aRow: left.row,
    b: slotB,
    bRow: right.row,
    out,
  }));
}

function rowsOf(a: Value, outer: readonly Dim[], width: number): { base: Value; row: Int32Array } {
  const repeated = repeatOuter(outerDims(a.dims), outer);
  const { gathered } = a;
  if (gathered === undefined) return { base: a, row: repeated.map((i) => i * width) };
  return { base: gathered.base, row: repeated.map((i) => gathered.index[i] * width) };
}

/**
 * matrix × vector. A matrix of known rows (n × K) gives one number a row; a matrix that is one value (a Cholesky factor,
 * K × K) gives a vector, over the plates of both. A vector may also be a value over one plate.
 */
export function matVec(matrix: Operand, vector: Operand): Value {
  const graph = graphOf([matrix, vector]);
  return matVecValues(toValue(graph, matrix), toVector(graph, vector));
}

/** `matVec` on values of one graph. */
export function matVecValues(a: Value, v: Value): Value {
  const label = `matVec(${a.label}, ${v.label})`;
  if (!isVector(v)) throw misfit(a.dims, v.dims, label);
  if (isVector(a)) {
    if (outerDims(v.dims).length > 0 || eventDims(a.dims)[0].size !== v.dims[0].size)
      throw misfit(a.dims, v.dims, label);
    return rowsTimesRows(a, v, outerDims(a.dims), label);
  }
  const [rows, columns] = eventDims(a.dims);
  const shared = broadcastOuter(outerDims(a.dims), outerDims(v.dims));
  if (columns === undefined || columns.size !== eventDims(v.dims)[0].size || shared === undefined) {
    throw misfit(a.dims, v.dims, label);
  }
  const product = matrixTimesVectors(a, v, shared, rows.size, label);
  return withDims(product, [...shared, eventDim(rows.size)]);
}

function matrixTimesVectors(a: Value, v: Value, shared: readonly Dim[], numRows: number, label: string): Value {
  const [{ size: width }] = eventDims(v.dims);
  const left = rowsOf(a, shared, numRows * width);
  const right = rowsOf(v, shared, width);
  const perRow = (row: Int32Array, step: number): Int32Array =>
    Int32Array.from({ length: row.length * numRows }, (_, i) => row[Math.floor(i / numRows)] + (i % numRows) * step);
  const dims = [...shared, dataDim(numRows)];
  return compute([left.base, right.base], dims, label, ([slotA, slotB], out) => ({
    op: "dot",
    width,
    a: slotA,
    aRow: perRow(left.row, width),
    b: slotB,
    bRow: perRow(right.row, 0),
    out,
  }));
}

/** diag(vector) × matrix: row i of the matrix times number i of the vector. */
export function diagMul(vector: Operand, matrix: Operand): Value {
  const graph = graphOf([vector, matrix]);
  const m = toValue(graph, matrix);
  const v = toVector(graph, vector);
  const event = eventDims(m.dims);
  const label = `diagMul(${v.label}, ${m.label})`;
  if (event.length !== 2 || !isVector(v) || eventDims(v.dims)[0].size !== event[0].size)
    throw misfit(v.dims, m.dims, label);
  const outer = outerDims(v.dims);
  const index = Int32Array.from({ length: sizeOf(v.dims) * event[1].size }, (_, i) => Math.floor(i / event[1].size));
  const scale = gatherElements(v, index, [...outer, ...event]);
  return { ...binaryValues("multiply", scale, m), label };
}

/** An operand in a vector's place: plain numbers, and a value over one plate, become one vector. */
export function toVector(graph: Graph, operand: Operand): Value {
  if (!isNode(operand) && typeof operand !== "number" && !isRows(operand)) {
    const values = Float64Array.from(operand as ArrayLike<number>);
    return constantValue(graph, values, [eventDim(values.length)], "data");
  }
  const value = toValue(graph, operand);
  return value.dims.length === 1 ? withDims(value, [eventDim(value.dims[0].size)]) : value;
}

/** The same numbers under other axes. */
export function withDims(a: Value, dims: readonly Dim[]): Value {
  return { graph: a.graph, id: a.id, dims, label: a.label };
}

/**
 * A value whose innermost plate becomes the axis of a vector: one number a member turns into one vector.
 * @throws PoolishError for a scalar and for what is a vector already.
 */
export function vector(a: Value): Value {
  const outer = outerDims(a.dims);
  const innermost = outer[outer.length - 1];
  if (innermost !== undefined && outer.length === a.dims.length) {
    return withDims(a, [...outer.slice(0, -1), eventDim(innermost.size)]);
  }
  throw new PoolishError(`a value of shape ${describeDims(a.dims)} has no plate to make a vector of`, {
    kind: "model",
    field: a.label,
    remedy: "Pass a value over a plate, or put scalars together with stack(a, b).",
  });
}
