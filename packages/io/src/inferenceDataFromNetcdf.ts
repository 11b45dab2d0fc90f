import { type InferenceData, type LabelledArray, type LabelledGroup, PoolishError } from "@poolish/core";
import type { Attribute, Dataset, File, Group } from "h5wasm";
import { GROUP_NAMES, type GroupName } from "./checkInferenceData.ts";
import { describeCause, fileError } from "./fileError.ts";
import { readHdf5 } from "./hdf5.ts";

type Labels = readonly (string | number)[];

const DAMAGED = "The file is truncated, damaged or no netCDF4 file: copy or write it again.";
const FOREIGN = "Open the file with ArviZ in Python, drop or convert the part, and save it again.";
/** The largest rank of an HDF5 dataset (H5S_MAX_RANK). */
const MAX_RANK = 32;
/** What netCDF calls the scale of a dimension that has no labels. */
const NO_LABELS = "This is a netCDF dimension but not a netCDF variable";

/**
 * The results in a netCDF4 file of the ArviZ schema, written by Poolish or by ArviZ: all numbers become doubles. Groups
 * that `InferenceData` does not have (prior, warmup_posterior, …) are left out, and so are labels 0 … n − 1 of a
 * dimension, which every dimension has by default. `attrs` are those of the file, or of the posterior if it has none.
 * @throws PoolishError (kind file) for bytes that are truncated or not netCDF4, a missing posterior, variables that are
 * text or have no named dimensions, and dimensions whose labels differ between groups.
 */
export async function inferenceDataFromNetcdf(bytes: Uint8Array, source?: string): Promise<InferenceData> {
  try {
    return await readHdf5(bytes, (file) => readFile(file, source));
  } catch (cause) {
    if (cause instanceof PoolishError) throw cause;
    throw fileError(`cannot read this as netCDF4 (${describeCause(cause)})`, {
      source: source ?? "the netCDF bytes",
      remedy: DAMAGED,
      cause,
    });
  }
}

function readFile(file: File, source: string | undefined): InferenceData {
  const found = new Set(file.keys());
  if (!found.has("posterior")) {
    throw fileError("there is no such group", { source, field: "posterior", remedy: "Name a file of fit results." });
  }
  const labels = new Map<string, Labels>();
  const groups: Partial<Record<GroupName, LabelledGroup>> = {};
  for (const name of GROUP_NAMES) {
    if (found.has(name)) groups[name] = readGroup(asGroup(file, name), name, labels, source);
  }
  const coords = [...labels].filter(([, entries]) => !isDefault(entries));
  const attrs = readAttributes(file.attrs);
  return {
    ...groups,
    posterior: groups.posterior ?? {},
    sample_stats: groups.sample_stats ?? {},
    coords: Object.fromEntries(coords),
    attrs: Object.keys(attrs).length > 0 ? attrs : readAttributes(asGroup(file, "posterior").attrs),
  };
}

function readGroup(group: Group, groupName: GroupName, labels: Map<string, Labels>, source?: string): LabelledGroup {
  const variables: [string, LabelledArray][] = [];
  for (const name of group.keys()) {
    const dataset = group.get(name);
    if (!isDataset(dataset)) continue;
    const field = `${groupName}.${name}`;
    if (dataset.attrs.CLASS?.value !== "DIMENSION_SCALE") variables.push([name, readVariable(dataset, field, source)]);
    else mergeLabels(labels, name, readLabels(dataset), field, source);
  }
  return Object.fromEntries(variables);
}

function readVariable(dataset: Dataset, field: string, source: string | undefined): LabelledArray {
  const shape = dataset.shape ?? [];
  const dims = shape.map((_, axis) => dataset.get_attached_scales(axis)[0]?.split("/").at(-1));
  if (!dims.every((dim) => dim !== undefined)) {
    throw fileError("an axis of the variable has no dimension", { source, field, remedy: FOREIGN });
  }
  const { value } = dataset;
  if (value instanceof Float64Array) return { dims, shape, values: value };
  const entries = toList(value);
  if (entries.some((entry) => typeof entry === "string" || typeof entry === "object")) {
    throw fileError("the variable is not numeric", { source, field, remedy: FOREIGN });
  }
  return { dims, shape, values: Float64Array.from(entries, Number) };
}

function readLabels(dataset: Dataset): Labels {
  const length = dataset.shape?.[0] ?? 0;
  if (dataset.get_scale_name()?.startsWith(NO_LABELS)) return Array.from({ length }, (_, i) => i);
  return toList(dataset.value).map((label) => (typeof label === "string" ? label : Number(label)));
}

/** A dimension may have another size in another group, as long as nothing but 0 … n − 1 is said of either. */
function mergeLabels(labels: Map<string, Labels>, dim: string, found: Labels, field: string, source?: string): void {
  const known = labels.get(dim) ?? found;
  const isSame = known.length === found.length && known.every((label, i) => label === found[i]);
  if (!isSame && !(isDefault(known) && isDefault(found))) {
    throw fileError("the labels of the dimension differ from those in another group", {
      source,
      field,
      remedy: FOREIGN,
    });
  }
  labels.set(dim, known);
}

function isDefault(labels: Labels): boolean {
  return labels.every((label, i) => label === i);
}

function readAttributes(attributes: Readonly<Record<string, Attribute>>): Record<string, string | number> {
  const attrs: [string, string | number][] = [];
  for (const [name, { value }] of Object.entries(attributes)) {
    if (name.startsWith("_")) continue; // hidden ones of the netCDF library, such as _NCProperties
    const [entry, ...more] = toList(value); // the netCDF library writes a number as an array of one
    if (more.length > 0) continue;
    if (typeof entry === "string" || typeof entry === "number") attrs.push([name, entry]);
    else if (typeof entry === "bigint") attrs.push([name, Number(entry)]);
  }
  return Object.fromEntries(attrs);
}

function toList(value: Dataset["value"]): unknown[] {
  if (value === null) return [];
  const list: unknown = value;
  if (Array.isArray(list)) return list.flat(MAX_RANK);
  return ArrayBuffer.isView(value) ? Array.from<unknown>(value) : [value];
}

function asGroup(file: File, name: string): Group {
  const entity = file.get(name);
  if (entity !== null && "create_group" in entity) return entity;
  throw new Error(`${name} is not a group`);
}

function isDataset(entity: ReturnType<Group["get"]>): entity is Dataset {
  return entity !== null && "get_attached_scales" in entity;
}
