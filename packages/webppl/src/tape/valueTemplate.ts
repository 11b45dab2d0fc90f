import type { Scalar } from "../host/adNodes.ts";

/** A value that a program returns, with slots where its random numbers stand. */
export type ValueTemplate =
  | { readonly kind: "slot"; readonly slot: number }
  | { readonly kind: "constant"; readonly value: unknown }
  | { readonly kind: "list"; readonly items: readonly ValueTemplate[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [name: string, template: ValueTemplate])[] };

/** The template of `value`; undefined when something in it is neither plain data nor a number of the program. */
export function templateOf(value: unknown, slotOf: (scalar: Scalar) => number | undefined): ValueTemplate | undefined {
  if (typeof value !== "object" || value === null) {
    return typeof value === "function" ? undefined : { kind: "constant", value };
  }
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => templateOf(item, slotOf));
    return items.every((item) => item !== undefined) ? { kind: "list", items } : undefined;
  }
  if (Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value).map(([name, item]) => [name, templateOf(item, slotOf)] as const);
    return entries.every(isComplete) ? { kind: "object", entries } : undefined;
  }
  if (!("dx" in value)) return undefined;
  const slot = slotOf(value as Scalar);
  return slot === undefined ? undefined : { kind: "slot", slot };
}

function isComplete(entry: readonly [string, ValueTemplate | undefined]): entry is readonly [string, ValueTemplate] {
  return entry[1] !== undefined;
}

/** The value with the numbers of `slots` in place; fresh, so that it may be kept. */
export function fillTemplate(template: ValueTemplate, slots: Float64Array): unknown {
  switch (template.kind) {
    case "slot":
      return slots[template.slot];
    case "constant":
      return template.value;
    case "list":
      return template.items.map((item) => fillTemplate(item, slots));
    case "object": {
      const object: Record<string, unknown> = {};
      for (const [name, item] of template.entries) object[name] = fillTemplate(item, slots);
      return object;
    }
  }
}
