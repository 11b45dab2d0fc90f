import { type InferenceData, type LabelledArray, PoolishError } from "@poolish/core";
import type { Dataset, File, Group } from "h5wasm";
import { type CheckedGroup, checkInferenceData, labelsOf } from "./checkInferenceData.ts";
import { writeHdf5 } from "./hdf5.ts";
import { sizeOfShape } from "./tensor.ts";

/** Statistics that ArviZ expects as booleans and as integers (its schema's names). */
const BOOLEANS: ReadonlySet<string> = new Set(["diverging", "reached_max_tree_depth"]);
const INTEGERS: ReadonlySet<string> = new Set(["tree_depth", "n_steps"]);
/** 1 MiB of doubles, the size of HDF5's chunk cache. */
const MAX_CHUNK_VALUES = 0x20000;
const GZIP_LEVEL = 4;

/**
 * A netCDF4 file in the ArviZ schema (https://python.arviz.org/en/stable/schema/schema.html), which `az.from_netcdf`
 * opens with either engine: a group for each of `data`'s, a dimension scale for each dimension of a group (labels from
 * `coords`, else 0 … n − 1), variables as gzipped doubles, `diverging` and `reached_max_tree_depth` as booleans,
 * `tree_depth` and `n_steps` as integers. `attrs` are attributes of the file and of each group, as ArviZ has them.
 * HDF5 notes the second of writing with each dataset, so that equal data give equal values and not equal bytes.
 * @throws PoolishError for data that the schema does not allow (see `checkInferenceData`), naming the variable.
 */
export async function inferenceDataToNetcdf(data: InferenceData): Promise<Uint8Array> {
  const groups = checkInferenceData(data);
  return writeHdf5((file) => {
    writeAttributes(file, data.attrs);
    for (const group of groups) writeGroup(file, group, data);
  });
}

function writeGroup(file: File, { name, variables, sizes }: CheckedGroup, data: InferenceData): void {
  const group = file.create_group(name, true);
  writeAttributes(group, data.attrs);
  for (const [dim, size] of sizes) {
    const labels = labelsOf(data, dim) ?? Array.from({ length: size }, (_, i) => i);
    writeLabels(group, dim, labels).make_scale(dim);
  }
  for (const [variable, array] of Object.entries(variables)) {
    const dataset = writeVariable(group, variable, array, `${name}.${variable}`);
    array.dims.forEach((dim, axis) => {
      dataset.attach_scale(axis, `/${name}/${dim}`);
    });
  }
}

function writeLabels(group: Group, name: string, labels: readonly (string | number)[]): Dataset {
  const shape = [labels.length];
  const texts = labels.filter((label) => typeof label === "string");
  if (texts.length === labels.length && texts.length > 0) {
    return group.create_dataset({ name, data: texts, shape, dtype: "S" });
  }
  const numbers = labels.filter((label) => typeof label === "number");
  if (numbers.length < labels.length) {
    throw new PoolishError("labels are partly text, partly numbers", {
      kind: "input",
      field: `coords.${name}`,
      remedy: "Turn all labels of the dimension into text.",
    });
  }
  return numbers.every(Number.isSafeInteger)
    ? group.create_dataset({ name, data: BigInt64Array.from(numbers, BigInt), shape, dtype: "<q" })
    : group.create_dataset({ name, data: Float64Array.from(numbers), shape, dtype: "<d" });
}

function writeVariable(group: Group, name: string, { shape, values }: LabelledArray, field: string): Dataset {
  const storage = values.length === 0 || shape.length === 0 ? {} : { chunks: chunksOf(shape), compression: GZIP_LEVEL };
  const common = { name, shape: [...shape], ...storage };
  if (BOOLEANS.has(name)) {
    requireEach(values, (value) => value === 0 || value === 1, field, "0 or 1");
    const dataset = group.create_dataset({ ...common, data: Int8Array.from(values), dtype: "<b" });
    dataset.create_attribute("dtype", "bool");
    return dataset;
  }
  if (INTEGERS.has(name)) {
    requireEach(values, Number.isSafeInteger, field, "an integer");
    return group.create_dataset({ ...common, data: BigInt64Array.from(Array.from(values, BigInt)), dtype: "<q" });
  }
  return group.create_dataset({ ...common, data: values, dtype: "<d" });
}

/** Halves the longest axis until a chunk fits HDF5's cache. */
function chunksOf(shape: readonly number[]): number[] {
  const chunks = [...shape];
  while (sizeOfShape(chunks) > MAX_CHUNK_VALUES) {
    const longest = chunks.indexOf(Math.max(...chunks));
    chunks[longest] = Math.ceil(chunks[longest] / 2);
  }
  return chunks;
}

function writeAttributes(target: Group, attrs: InferenceData["attrs"]): void {
  for (const [name, value] of Object.entries(attrs)) {
    if (typeof value === "string") target.create_attribute(name, value, [], "S");
    else if (Number.isSafeInteger(value)) target.create_attribute(name, BigInt64Array.of(BigInt(value)), [], "<q");
    else target.create_attribute(name, value, [], "<d");
  }
}

function requireEach(values: Float64Array, isRight: (value: number) => boolean, field: string, what: string): void {
  const index = values.findIndex((value) => !isRight(value));
  if (index < 0) return;
  throw new PoolishError(`expected ${what}, got ${values[index]} at flat index ${index}`, {
    kind: "input",
    field,
    remedy: "Mend the statistic, or give it a name that ArviZ does not reserve.",
  });
}
