import type { FusedFamily } from "../density/fusedFamilies.ts";
import type { Block } from "./blocks.ts";
import type { ScalarFunction } from "./scalarFunctions.ts";

/** What the instructions of a group do. */
export const ADD = 0;
export const SUB = 1;
export const MUL = 2;
export const APPLY = 3;
/** A normal density with a constant standard deviation, which most programs consist of. */
export const NORMAL = 4;
export const FAMILY = 5;
export const TERM = 6;
export const SUM = 7;
export const DOT = 8;
export const BLOCK = 9;

/**
 * Instructions in groups, each of one kind, whose members do not depend on each other; flat arrays, for loops. Of a
 * density, `out` is x and `first` and `second` are its parameters; of a sum, `first` and `second` say where its terms lie
 * in `slots`; of a dot product likewise those of one side, which those of the other follow.
 */
export interface Machine {
  /** One a group: its kind, and the part of the arrays below that it has. */
  readonly codes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly functions: readonly ScalarFunction[];
  readonly families: readonly FusedFamily[];
  readonly blocks: readonly (RunningBlock | undefined)[];
  /** One an instruction. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly out: Int32Array;
  /** Of normal densities, 1 / σ. */
  readonly scales: Float64Array;
  /** Of other densities, three derivatives an instruction. */
  readonly partials: Float64Array;
  readonly slots: Int32Array;
  /** The part of the log-density that never changes. */
  readonly constant: number;
  readonly scratch: Float64Array;
}

export interface RunningBlock {
  readonly block: Block;
  readonly from: Int32Array;
  readonly out: Int32Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly xAdjoint: Float64Array;
  readonly yAdjoint: Float64Array;
}

// Functions of the machine instead of closures over its arrays: V8 compiles them once for all tapes.

/** Computes all values from those of the choices and the constants; returns what joins the log-density. */
export function runForward(machine: Machine, values: Float64Array): number {
  const { codes, starts, ends, first, second, out } = machine;
  let total = machine.constant;
  for (let g = 0; g < codes.length; g++) {
    const end = ends[g];
    switch (codes[g]) {
      case ADD:
        for (let i = starts[g]; i < end; i++) values[out[i]] = values[first[i]] + values[second[i]];
        break;
      case SUB:
        for (let i = starts[g]; i < end; i++) values[out[i]] = values[first[i]] - values[second[i]];
        break;
      case MUL:
        for (let i = starts[g]; i < end; i++) values[out[i]] = values[first[i]] * values[second[i]];
        break;
      case NORMAL:
        total += normalForward(machine, starts[g], end, values);
        break;
      case TERM:
        for (let i = starts[g]; i < end; i++) total += values[out[i]];
        break;
      case FAMILY:
        total += familyForward(machine, g, values);
        break;
      default:
        otherForward(machine, g, values);
    }
  }
  return total;
}

function normalForward({ first, out, scales }: Machine, start: number, end: number, values: Float64Array): number {
  let squares = 0;
  for (let i = start; i < end; i++) {
    const z = (values[out[i]] - values[first[i]]) * scales[i];
    squares += z * z;
  }
  return -0.5 * squares;
}

function familyForward(machine: Machine, g: number, values: Float64Array): number {
  const { starts, ends, families, first, second, out, partials, scratch } = machine;
  const family = families[g];
  let sum = 0;
  for (let i = starts[g]; i < ends[g]; i++) {
    sum += family.evaluate(values[out[i]], values[first[i]], values[second[i]], scratch);
    for (let k = 0; k < 3; k++) partials[3 * i + k] = scratch[k];
  }
  return sum;
}

function otherForward(machine: Machine, g: number, values: Float64Array): void {
  const { codes, starts, ends, functions, first, second, out, slots } = machine;
  for (let i = starts[g]; i < ends[g]; i++) {
    switch (codes[g]) {
      case APPLY:
        values[out[i]] = functions[g].value(values[first[i]], values[second[i]]);
        break;
      case SUM: {
        let sum = 0;
        for (let k = first[i]; k < second[i]; k++) sum += values[slots[k]];
        values[out[i]] = sum;
        break;
      }
      case DOT: {
        const width = second[i] - first[i];
        let sum = 0;
        for (let k = first[i]; k < second[i]; k++) sum += values[slots[k]] * values[slots[k + width]];
        values[out[i]] = sum;
        break;
      }
      default:
        blockForward(machine.blocks[i], values);
    }
  }
}

function blockForward(running: RunningBlock | undefined, values: Float64Array): void {
  if (running === undefined) return;
  const { block, from, out, x, y } = running;
  for (let i = 0; i < from.length; i++) x[i] = values[from[i]];
  block.forward(x, y);
  for (let i = 0; i < out.length; i++) values[out[i]] = y[i];
}

/** Adds to `adjoints` the derivatives of what joins the log-density, at the values of the last `runForward`. */
export function runBackward(machine: Machine, values: Float64Array, adjoints: Float64Array): void {
  const { codes, starts, ends, first, second, out } = machine;
  for (let g = codes.length - 1; g >= 0; g--) {
    const end = ends[g];
    switch (codes[g]) {
      case ADD:
        for (let i = starts[g]; i < end; i++) {
          const adjoint = adjoints[out[i]];
          adjoints[first[i]] += adjoint;
          adjoints[second[i]] += adjoint;
        }
        break;
      case SUB:
        for (let i = starts[g]; i < end; i++) {
          const adjoint = adjoints[out[i]];
          adjoints[first[i]] += adjoint;
          adjoints[second[i]] -= adjoint;
        }
        break;
      case MUL:
        for (let i = starts[g]; i < end; i++) pullProduct(values, adjoints, first[i], second[i], adjoints[out[i]]);
        break;
      case NORMAL:
        normalBackward(machine, starts[g], end, values, adjoints);
        break;
      case TERM:
        for (let i = starts[g]; i < end; i++) adjoints[out[i]] += 1;
        break;
      default:
        otherBackward(machine, g, values, adjoints);
    }
  }
}

function pullProduct(values: Float64Array, adjoints: Float64Array, a: number, b: number, adjoint: number): void {
  const x = values[a];
  adjoints[a] += adjoint * values[b];
  adjoints[b] += adjoint * x;
}

function normalBackward(
  { first, out, scales }: Machine,
  start: number,
  end: number,
  values: Float64Array,
  adjoints: Float64Array,
): void {
  for (let i = start; i < end; i++) {
    const slope = (values[out[i]] - values[first[i]]) * scales[i] * scales[i];
    adjoints[out[i]] -= slope;
    adjoints[first[i]] += slope;
  }
}

function otherBackward(machine: Machine, g: number, values: Float64Array, adjoints: Float64Array): void {
  const { codes, starts, ends, first, second, out, partials, slots } = machine;
  for (let i = starts[g]; i < ends[g]; i++) {
    switch (codes[g]) {
      case FAMILY:
        adjoints[out[i]] += partials[3 * i];
        adjoints[first[i]] += partials[3 * i + 1];
        adjoints[second[i]] += partials[3 * i + 2];
        break;
      case APPLY:
        pullFunction(machine.functions[g], values, adjoints, first[i], second[i], out[i]);
        break;
      case SUM:
        for (let k = first[i]; k < second[i]; k++) adjoints[slots[k]] += adjoints[out[i]];
        break;
      case DOT: {
        const width = second[i] - first[i];
        for (let k = first[i]; k < second[i]; k++) {
          pullProduct(values, adjoints, slots[k], slots[k + width], adjoints[out[i]]);
        }
        break;
      }
      default:
        blockBackward(machine.blocks[i], adjoints);
    }
  }
}

function pullFunction(
  { byFirst, bySecond }: ScalarFunction,
  values: Float64Array,
  adjoints: Float64Array,
  a: number,
  b: number,
  out: number,
): void {
  const adjoint = adjoints[out];
  if (adjoint === 0) return;
  const [first, second, result] = [values[a], values[b], values[out]];
  if (byFirst !== undefined) adjoints[a] += adjoint * byFirst(first, second, result);
  if (bySecond !== undefined) adjoints[b] += adjoint * bySecond(first, second, result);
}

function blockBackward(running: RunningBlock | undefined, adjoints: Float64Array): void {
  if (running === undefined) return;
  const { block, from, out, x, y, xAdjoint, yAdjoint } = running;
  for (let i = 0; i < out.length; i++) yAdjoint[i] = adjoints[out[i]];
  block.backward(x, y, yAdjoint, xAdjoint);
  for (let i = 0; i < from.length; i++) adjoints[from[i]] += xAdjoint[i];
}
