import { type ColumnSpec, type ParameterSpec, PoolishError } from "@poolish/core";

/** What an ONNX file does not say of its network: what the inputs are, in their order. */
export interface OnnxSpec {
  /** What messages and files call it; "ONNX network" if absent. */
  readonly name?: string;
  /** The first inputs: names, supports, and the box that the network was trained in. */
  readonly parameters: readonly ParameterSpec[];
  /** Inputs that are known of each trial, after the parameters; none if absent. */
  readonly conditions?: readonly ColumnSpec[];
  /**
   * The last inputs: what is explained. A category lists its values (`categories: [-1, 1]`); a bound may be the name of a
   * parameter (a response time is above `t`).
   */
  readonly columns: readonly ColumnSpec[];
  /**
   * Beyond a bound that a parameter sets, where the network only knows a floor, the log-density falls from that at the bound by
   * 1 for each `edge` of distance, so that parameters are pulled back. A thousandth of the parameter's box if absent.
   */
  readonly edge?: number;
}

/** @throws PoolishError naming the parameter or column for a specification that cannot be right. */
export function requireOnnxSpec({ parameters, conditions = [], columns }: OnnxSpec): void {
  const names = [...parameters, ...conditions, ...columns].map(({ name }) => name);
  if (parameters.length === 0) refuse("parameters", "the network has no parameters", "Name its first inputs.");
  if (columns.length === 0) refuse("columns", "the network explains no columns", "Name its last inputs.");
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined) refuse(repeated, "two inputs have this name", "Give each input a name of its own.");
  for (const { name, box, support } of parameters) {
    const [lower, upper] = box;
    if (lower < upper && lower >= support.lower && upper <= support.upper) continue;
    refuse(name, `the box [${lower}, ${upper}] is empty or leaves the support`, "State the range of training.");
  }
  for (const column of columns) requireColumnSpec(column, parameters);
}

function requireColumnSpec({ name, kind, bounds, categories }: ColumnSpec, parameters: readonly ParameterSpec[]): void {
  if (kind === "category" && (categories === undefined || categories.length === 0)) {
    refuse(name, "the category's values are not stated", "List them as the network was trained: categories: [-1, 1].");
  }
  for (const bound of [bounds?.lower, bounds?.upper]) {
    if (typeof bound !== "string" || parameters.some((parameter) => parameter.name === bound)) continue;
    refuse(
      name,
      `its bound ${bound} is no parameter`,
      `Parameters are ${parameters.map((each) => each.name).join(", ")}.`,
    );
  }
}

function refuse(field: string, message: string, remedy: string): never {
  throw new PoolishError(message, { kind: "input", field, remedy });
}
