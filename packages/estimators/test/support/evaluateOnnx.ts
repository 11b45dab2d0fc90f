import { logSumExp } from "@poolish/math";
import { type OnnxNode, readOnnx } from "../../src/onnx/onnxModel.ts";

/** A matrix in float64; constants of lower rank are one row, or one number. */
interface Value {
  readonly rows: number;
  readonly columns: number;
  readonly at: (row: number, column: number) => number;
}

/** The twin of what `toOnnx` writes: ONNX's operators by their definitions, in float64. `rows` are trials × inputs. */
export function evaluateOnnx(bytes: Uint8Array, rows: readonly (readonly number[])[]): number[] {
  const model = readOnnx(bytes);
  const values = new Map<string, Value>();
  for (const [name, { dims, values: numbers }] of model.constants) {
    const columns = dims.at(-1) ?? 1;
    values.set(
      name,
      filled(numbers.length / columns, columns, (i, j) => numbers[i * columns + j]),
    );
  }
  values.set(
    model.inputs[0].name,
    filled(rows.length, rows[0].length, (i, j) => rows[i][j]),
  );
  for (const node of model.nodes) {
    const inputs = node.inputs.map((name) => {
      const value = values.get(name);
      if (value === undefined) throw new Error(`${node.name} reads ${name}, which nobody makes`);
      return value;
    });
    values.set(node.outputs[0], run(node, inputs));
  }
  const output = values.get(model.outputs[0].name);
  if (output === undefined) throw new Error("nobody makes the output");
  return rows.map((_, i) => output.at(Math.min(i, output.rows - 1), 0));
}

function filled(rows: number, columns: number, of: (row: number, column: number) => number): Value {
  const numbers = Float64Array.from({ length: rows * columns }, (_, i) => of(Math.floor(i / columns), i % columns));
  return { rows, columns, at: (row, column) => numbers[row * columns + column] };
}

const UNARY: Readonly<Record<string, (x: number) => number>> = {
  Abs: Math.abs,
  Cast: (x) => x,
  Exp: Math.exp,
  Identity: (x) => x,
  Log: Math.log,
  Neg: (x) => -x,
  Reciprocal: (x) => 1 / x,
  Relu: (x) => Math.max(0, x),
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Sqrt: Math.sqrt,
  Tanh: Math.tanh,
};

const BINARY: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Div: (a, b) => a / b,
  Equal: (a, b) => Number(a === b),
  Max: Math.max,
  Mul: (a, b) => a * b,
  Sub: (a, b) => a - b,
};

function run({ operator, attributes }: OnnxNode, inputs: readonly Value[]): Value {
  const [a, b, c] = inputs;
  if (operator in UNARY) return filled(a.rows, a.columns, (i, j) => UNARY[operator](a.at(i, j)));
  if (operator in BINARY) return broadcast(a, b, BINARY[operator]);
  const row = (value: Value, i: number): number[] => Array.from({ length: value.columns }, (_, j) => value.at(i, j));
  switch (operator) {
    case "MatMul":
      return filled(a.rows, b.columns, (i, j) => row(a, i).reduce((sum, x, k) => sum + x * b.at(k, j), 0));
    case "Slice":
      return filled(a.rows, c.at(0, 0) - b.at(0, 0), (i, j) => a.at(i, b.at(0, 0) + j));
    case "Concat": {
      const count = Math.max(...inputs.map(({ rows }) => rows));
      const parts = Array.from({ length: count }, (_, i) => inputs.flatMap((part) => row(part, i)));
      return filled(count, parts[0].length, (i, j) => parts[i][j]);
    }
    case "Clip":
      return filled(a.rows, a.columns, (i, j) => Math.min(Math.max(a.at(i, j), b.at(0, 0)), c.at(0, 0)));
    case "LogSoftmax":
      return filled(a.rows, a.columns, (i, j) => a.at(i, j) - logSumExp(row(a, i)));
    case "ReduceSum":
      return filled(a.rows, 1, (i) => row(a, i).reduce((sum, x) => sum + x, 0));
    case "ReduceLogSumExp":
      if (attributes.get("axes")?.numbers.join() !== "1") throw new Error("sums over rows alone");
      return filled(a.rows, 1, (i) => logSumExp(row(a, i)));
    default:
      throw new Error(`the twin has no ${operator}`);
  }
}

function broadcast(a: Value, b: Value, f: (a: number, b: number) => number): Value {
  const one = (value: Value, i: number, j: number): number =>
    value.at(value.rows > 1 ? i : 0, value.columns > 1 ? j : 0);
  const [rows, columns] = [Math.max(a.rows, b.rows), Math.max(a.columns, b.columns)];
  return filled(rows, columns, (i, j) => f(one(a, i, j), one(b, i, j)));
}
