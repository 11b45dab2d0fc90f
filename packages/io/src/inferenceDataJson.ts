import { type InferenceData, type LabelledArray, type LabelledGroup, PoolishError } from "@poolish/core";
import { checkInferenceData, GROUP_NAMES, type GroupName, hasDraws } from "./checkInferenceData.ts";
import { describeCause, fileError } from "./fileError.ts";
import { isRecord } from "./isRecord.ts";
import { sizeOfShape } from "./tensor.ts";

type Nested = number | null | Nested[];

/**
 * Results as JSON: `{ attrs, coords, dims, groups: { posterior: { mu: [[…draws], …chains] }, … } }`, the arguments of
 * ArviZ's `from_dict`. `dims` holds the dimensions of each variable, without chain and draw where a group has them.
 * JSON has no NaN and no infinity: each of them becomes null (and -0 becomes 0).
 * @throws PoolishError for data that the ArviZ schema does not allow (see `checkInferenceData`), and for a variable
 * whose dimensions differ between groups.
 */
export function inferenceDataToJson(data: InferenceData): string {
  const dims = new Map<string, readonly string[]>();
  const groups: [string, Record<string, Nested>][] = [];
  for (const { name, variables } of checkInferenceData(data)) {
    for (const [variable, array] of Object.entries(variables)) mergeDims(dims, name, variable, array.dims);
    const nested = Object.entries(variables).map(([variable, array]): [string, Nested] => [variable, nest(array)]);
    groups.push([name, Object.fromEntries(nested)]);
  }
  const { attrs, coords } = data;
  return JSON.stringify({ attrs, coords, dims: Object.fromEntries(dims), groups: Object.fromEntries(groups) });
}

/**
 * The results in the JSON of `inferenceDataToJson`; null becomes NaN. An axis of length 0 hides the lengths of the axes
 * below it: they come from `coords`, or are 0.
 * @throws PoolishError (kind file) for text that is not JSON or not of this form, naming the variable.
 */
export function inferenceDataFromJson(text: string, source?: string): InferenceData {
  const { attrs, coords, dims, groups } = parseDocument(text, source);
  const read: Partial<Record<GroupName, LabelledGroup>> = {};
  for (const name of GROUP_NAMES) {
    const group = groups[name];
    if (group === undefined) continue;
    if (!isRecord(group)) throw malformed(`groups.${name}`, "expected an object of variables", source);
    const variables = Object.entries(group).map(([variable, nested]): [string, LabelledArray] => {
      const own = Object.hasOwn(dims, variable) ? dims[variable] : [];
      const names = hasDraws(name) ? ["chain", "draw", ...own] : own;
      return [variable, flatten(nested, names, coords, `${name}.${variable}`, source)];
    });
    read[name] = Object.fromEntries(variables);
  }
  const { posterior, sample_stats = {}, ...rest } = read;
  if (posterior === undefined) throw malformed("groups.posterior", "there is no such group", source);
  return { posterior, sample_stats, ...rest, coords, attrs };
}

function mergeDims(
  dims: Map<string, readonly string[]>,
  group: GroupName,
  variable: string,
  own: readonly string[],
): void {
  const named = hasDraws(group) ? own.slice(2) : own;
  const known = dims.get(variable) ?? named;
  if (known.join("/") !== named.join("/")) {
    throw new PoolishError(`dims [${named}] differ from [${known}] in another group`, {
      kind: "input",
      field: `${group}.${variable}`,
      remedy: "Give variables of one name the same dimensions, or write netCDF.",
    });
  }
  dims.set(variable, known);
}

function nest({ shape, values }: LabelledArray): Nested {
  let next = 0;
  const level = (axis: number): Nested => {
    if (axis < shape.length) return Array.from({ length: shape[axis] }, () => level(axis + 1));
    const value = values[next++];
    return Number.isFinite(value) ? value : null;
  };
  return level(0);
}

function flatten(
  nested: unknown,
  dims: readonly string[],
  coords: InferenceData["coords"],
  field: string,
  source: string | undefined,
): LabelledArray {
  const shape = dims.map((dim) => (Object.hasOwn(coords, dim) ? coords[dim].length : 0));
  let level = nested;
  for (let axis = 0; axis < dims.length && Array.isArray(level); axis++) {
    shape[axis] = level.length;
    if (level.length === 0) break;
    level = level[0];
  }
  const values = new Float64Array(sizeOfShape(shape));
  let next = 0;
  const visit = (part: unknown, axis: number): void => {
    if (axis < shape.length) {
      if (!Array.isArray(part) || part.length !== shape[axis]) {
        throw malformed(field, `expected an array of length ${shape[axis]} along ${dims[axis]}`, source);
      }
      for (const child of part) visit(child, axis + 1);
    } else if (part === null || typeof part === "number") values[next++] = part ?? Number.NaN;
    else throw malformed(field, "expected a number or null", source);
  };
  visit(nested, 0);
  return { dims, shape, values };
}

interface Document {
  readonly attrs: InferenceData["attrs"];
  readonly coords: InferenceData["coords"];
  readonly dims: Readonly<Record<string, readonly string[]>>;
  readonly groups: Readonly<Record<string, unknown>>;
}

function parseDocument(text: string, source: string | undefined): Document {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    const remedy = "The file is truncated or no JSON: copy or write it again.";
    throw fileError(`not JSON (${describeCause(cause)})`, { source: source ?? "the JSON text", remedy, cause });
  }
  const { attrs = {}, coords = {}, dims = {}, groups } = isRecord(document) ? document : {};
  if (!isRecordOf(attrs, isLabel)) throw malformed("attrs", "expected an object of texts and numbers", source);
  if (!isRecordOf(coords, isListOf(isLabel))) throw malformed("coords", "expected lists of texts and numbers", source);
  if (!isRecordOf(dims, isListOf(isText))) throw malformed("dims", "expected lists of dimension names", source);
  if (!isRecord(groups)) throw malformed("groups", "expected an object of groups", source);
  return { attrs, coords, dims, groups };
}

function isRecordOf<T>(value: unknown, isEntry: (entry: unknown) => entry is T): value is Record<string, T> {
  return isRecord(value) && Object.values(value).every(isEntry);
}

function isListOf<T>(isEntry: (entry: unknown) => entry is T): (value: unknown) => value is T[] {
  return (value): value is T[] => Array.isArray(value) && value.every(isEntry);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isLabel(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

function malformed(field: string, message: string, source: string | undefined): PoolishError {
  return fileError(message, { source, field, remedy: "Write the file again with inferenceDataToJson." });
}
