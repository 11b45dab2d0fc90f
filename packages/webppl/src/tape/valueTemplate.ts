import type { Scalar, Tensor, TensorConstructor, TensorNode } from "../host/adNodes.ts";

/** A value that a program returns, with slots where its random numbers stand. */
export type ValueTemplate =
  | { readonly kind: "slot"; readonly slot: number }
  | { readonly kind: "tensor"; readonly dims: readonly number[]; readonly slots: Int32Array }
  | { readonly kind: "constant"; readonly value: unknown }
  | { readonly kind: "list"; readonly items: readonly ValueTemplate[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [name: string, template: ValueTemplate])[] };

/** The template of `value`; undefined when something in it is neither plain data nor numbers of the program. */
export function templateOf(
  value: unknown,
  slotsOf: (numbers: Scalar | Tensor | TensorNode) => Int32Array,
): ValueTemplate | undefined {
  if (typeof value !== "object" || value === null) {
    return typeof value === "function" ? undefined : { kind: "constant", value };
  }
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => templateOf(item, slotsOf));
    return items.every((item) => item !== undefined) ? { kind: "list", items } : undefined;
  }
  if (Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value).map(([name, item]) => [name, templateOf(item, slotsOf)] as const);
    return entries.every(isComplete) ? { kind: "object", entries } : undefined;
  }
  if (!("dx" in value)) return isTensor(value) ? tensorTemplate(value, slotsOf(value)) : undefined;
  const node = value as Exclude<Scalar, number> | TensorNode;
  const slots = slotsOf(node);
  return typeof node.x === "number" ? { kind: "slot", slot: slots[0] } : tensorTemplate(node.x, slots);
}

function tensorTemplate({ dims }: Tensor, slots: Int32Array): ValueTemplate {
  return { kind: "tensor", dims, slots };
}

function isTensor(value: object): value is Tensor {
  return "data" in value && value.data instanceof Float64Array && "dims" in value;
}

function isComplete(entry: readonly [string, ValueTemplate | undefined]): entry is readonly [string, ValueTemplate] {
  return entry[1] !== undefined;
}

/** The value with the numbers of `slots` in place; fresh, so that it may be kept. */
export function fillTemplate(template: ValueTemplate, slots: Float64Array, Tensor: TensorConstructor): unknown {
  switch (template.kind) {
    case "slot":
      return slots[template.slot];
    case "tensor": {
      const tensor = new Tensor(template.dims);
      for (let i = 0; i < tensor.length; i++) tensor.data[i] = slots[template.slots[i]];
      return tensor;
    }
    case "constant":
      return template.value;
    case "list": {
      const { items } = template;
      const list = new Array<unknown>(items.length);
      for (let i = 0; i < items.length; i++) list[i] = fillTemplate(items[i], slots, Tensor);
      return list;
    }
    case "object": {
      const object: Record<string, unknown> = {};
      for (const [name, item] of template.entries) object[name] = fillTemplate(item, slots, Tensor);
      return object;
    }
  }
}
