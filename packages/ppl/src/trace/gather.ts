import { PoolishError } from "@poolish/core";
import { type Dim, dataDim, describeDims, eventDims, haveSameDims, outerDims, repeatIndex, sizeOf } from "./dims.ts";
import { compute, type Value } from "./value.ts";

/** Element index[i] of `base` over its outer axes, for each i; vectors and matrices stay whole. */
export function gather(base: Value, index: Int32Array): Value {
  const inner = base.gathered;
  if (inner !== undefined) {
    return gather(
      inner.base,
      index.map((i) => inner.index[i]),
    );
  }
  const event = eventDims(base.dims);
  const dims = [dataDim(index.length), ...event];
  return { ...gatherElements(base, inRuns(index, sizeOf(event)), dims), gathered: { base, index } };
}

/** The positions of whole runs of `width` numbers: run index[i] for each i. */
function inRuns(index: Int32Array, width: number): Int32Array {
  if (width === 1) return index;
  const elements = new Int32Array(index.length * width);
  for (let i = 0; i < elements.length; i++) elements[i] = index[Math.floor(i / width)] * width + (i % width);
  return elements;
}

/** out[i] = number index[i] of `a`. */
export function gatherElements(a: Value, index: Int32Array, dims: readonly Dim[]): Value {
  return compute([a], dims, a.label, ([slot], out) => ({ op: "gather", a: slot, index, out }));
}

/** Repeats `a` along the axes of `dims` that it has not; scalars stay scalars, as operations broadcast them for free. */
export function expandTo(a: Value, dims: readonly Dim[]): Value {
  if (a.dims.length === 0 || haveSameDims(a.dims, dims)) return a;
  return gatherElements(a, repeatIndex(a.dims, dims), dims);
}

/**
 * One element of `a` for each entry of the indices, one index for each outer axis; of a vector over no plate, one of its
 * numbers for each.
 * @throws PoolishError with the row of the first index that is not an element.
 */
export function at(a: Value, indices: readonly ArrayLike<number>[]): Value {
  const outer = outerDims(a.dims);
  const axes = outer.length === 0 && a.dims.length === 1 ? a.dims : outer;
  if (axes.length !== indices.length || axes.length === 0) {
    throw new PoolishError(
      `a value of shape ${describeDims(a.dims)} takes ${axes.length} indices, one for each plate, got ${indices.length}`,
      { kind: "model", field: a.label, remedy: "Use a.at(i) for a value over one plate, a.at(i, j) for one over two." },
    );
  }
  const index = new Int32Array(indices[0].length);
  axes.forEach((dim, axis) => {
    requireIndex(a.label, dim, indices[axis], index.length);
    for (let i = 0; i < index.length; i++) index[i] = index[i] * dim.size + indices[axis][i];
  });
  return gather(axes === outer ? a : { ...a, dims: [dataDim(a.dims[0].size)] }, index);
}

function requireIndex(label: string, { name, size }: Dim, index: ArrayLike<number>, length: number): void {
  if (index.length !== length) {
    throw new PoolishError(`the indices have ${length} and ${index.length} entries`, {
      kind: "input",
      field: label,
      remedy: "Pass one code of each plate for each trial.",
    });
  }
  for (let i = 0; i < length; i++) {
    if (Number.isInteger(index[i]) && index[i] >= 0 && index[i] < size) continue;
    throw new PoolishError(`index ${index[i]} is not one of the ${size} elements`, {
      kind: "input",
      field: name === "" ? label : name,
      row: i,
      remedy: `Pass codes from 0 to ${size - 1}, as factorize(column).codes has them, or a larger plate.`,
    });
  }
}

/** Number `k` of a vector, or (row, column) of a matrix, over the outer axes of `a`. */
export function element(a: Value, position: readonly number[]): Value {
  if (a.gathered !== undefined) return gather(element(a.gathered.base, position), a.gathered.index);
  const event = eventDims(a.dims);
  const isIn = event.every(
    ({ size }, axis) => Number.isInteger(position[axis]) && position[axis] >= 0 && position[axis] < size,
  );
  if (event.length === 0 || event.length !== position.length || !isIn) {
    throw new PoolishError(`there is no element (${position.join(", ")}) in shape ${describeDims(a.dims)}`, {
      kind: "model",
      field: a.label,
      remedy:
        event.length === 0
          ? "Only vectors and matrices have elements; index a plate with .at([k])."
          : `Pass ${event.map(({ size }) => `a number from 0 to ${size - 1}`).join(" and ")}.`,
    });
  }
  const outer = outerDims(a.dims);
  const run = sizeOf(event);
  const offset = event.reduce((flat, { size }, axis) => flat * size + position[axis], 0);
  const index = Int32Array.from({ length: sizeOf(outer) }, (_, i) => i * run + offset);
  const result = gatherElements(a, index, outer);
  return { ...result, label: `${a.label}[${position.join(",")}]` };
}
