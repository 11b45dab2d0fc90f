import { PoolishError } from "@poolish/core";

/** The data of a model as its function sees them, and which of them it has not looked at. */
export interface GuardedData<Data> {
  readonly data: Data;
  unreadColumns(): readonly string[];
}

/** Turns the silent `undefined` of a missing data column into an error that names it, and counts what is read. */
export function guardData<Data>(data: Data): GuardedData<Data> {
  if (typeof data !== "object" || data === null || Array.isArray(data) || ArrayBuffer.isView(data)) {
    return { data, unreadColumns: () => [] };
  }
  const read = new Set<string | symbol>();
  const columns = Object.keys(data);
  const guarded = new Proxy(data, {
    get(target, key) {
      read.add(key);
      if (key in target || typeof key === "symbol") return Reflect.get(target, key);
      throw new PoolishError("the model reads this column, but the data have none of that name", {
        kind: "input",
        field: key,
        remedy: `The data have ${columns.join(", ") || "no columns"}.`,
      });
    },
  });
  return { data: guarded, unreadColumns: () => columns.filter((name) => !read.has(name)) };
}
