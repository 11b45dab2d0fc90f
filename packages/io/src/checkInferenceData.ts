import { type InferenceData, type LabelledArray, type LabelledGroup, PoolishError } from "@poolish/core";
import { sizeOfShape } from "./tensor.ts";

/** The groups of `InferenceData`, in the order in which they are written. */
export const GROUP_NAMES = [
  "posterior",
  "sample_stats",
  "log_likelihood",
  "posterior_predictive",
  "observed_data",
  "constant_data",
] as const;

export type GroupName = (typeof GROUP_NAMES)[number];

/** A group with its variables by name and the size of each of its dimensions. */
export interface CheckedGroup {
  readonly name: GroupName;
  readonly variables: LabelledGroup;
  readonly sizes: ReadonlyMap<string, number>;
}

/** True for groups whose variables have the dimensions chain and draw first. */
export function hasDraws(group: GroupName): boolean {
  return group !== "observed_data" && group !== "constant_data";
}

/**
 * The groups that `data` has (an empty one only if it is the posterior), checked against the ArviZ schema: shapes match
 * values, dimensions have one size in a group and as many labels in `coords`, draws have chain and draw first, no
 * variable is called like a dimension of its group, and names are legal in netCDF.
 * @throws PoolishError naming the first variable, dimension or coordinate that is at fault.
 */
export function checkInferenceData(data: InferenceData): CheckedGroup[] {
  const groups: CheckedGroup[] = [];
  for (const name of GROUP_NAMES) {
    const variables = data[name];
    if (variables === undefined || (Object.keys(variables).length === 0 && name !== "posterior")) continue;
    const sizes = new Map<string, number>();
    for (const [variable, array] of Object.entries(variables)) {
      const field = `${name}.${variable}`;
      checkName(variable, field);
      checkArray(array, hasDraws(name), field);
      for (let i = 0; i < array.dims.length; i++) checkDimension(data, sizes, array.dims[i], array.shape[i], field);
    }
    for (const dim of sizes.keys()) {
      if (Object.hasOwn(variables, dim)) throw fault(`${name}.${dim}`, "the variable is called like a dimension");
    }
    groups.push({ name, variables, sizes });
  }
  return groups;
}

function checkArray(array: LabelledArray, isDrawn: boolean, field: string): void {
  const { dims, shape, values } = array;
  if (dims.length !== shape.length || new Set(dims).size !== dims.length) {
    throw fault(field, `dims [${dims}] do not name each axis of shape [${shape}] once`);
  }
  if (values.length !== sizeOfShape(shape)) throw fault(field, `${values.length} values do not fill shape [${shape}]`);
  if (isDrawn && (dims[0] !== "chain" || dims[1] !== "draw")) {
    throw fault(field, `dims [${dims}] do not begin with chain, draw`);
  }
}

function checkDimension(
  data: InferenceData,
  sizes: Map<string, number>,
  dim: string,
  size: number,
  field: string,
): void {
  checkName(dim, field);
  const known = sizes.get(dim) ?? size;
  if (known !== size) throw fault(field, `dimension ${dim} has size ${size} here and ${known} before`);
  const labels = labelsOf(data, dim);
  if (labels !== undefined && labels.length !== size) {
    throw fault(field, `dimension ${dim} has size ${size}, coords.${dim} has ${labels.length} labels`);
  }
  sizes.set(dim, size);
}

/** The labels that `coords` gives to a dimension, if any. */
export function labelsOf(data: InferenceData, dim: string): readonly (string | number)[] | undefined {
  return Object.hasOwn(data.coords, dim) ? data.coords[dim] : undefined;
}

/** NetCDF names: a letter, digit, underscore or any non-ASCII character, then anything but slash and control codes. */
function checkName(name: string, field: string): void {
  if (/^[\w\u0080-\uffff]([^/\p{Cc}]*[^/\p{Cc}\s])?$/u.test(name)) return;
  throw fault(field, `the name "${name}" is not allowed in netCDF`);
}

function fault(field: string, message: string): PoolishError {
  return new PoolishError(message, { kind: "input", field, remedy: "Mend the data before writing them." });
}
