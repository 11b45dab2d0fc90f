import { isSlot } from "./inputSlots.ts";
import type { Slot } from "./instruction.ts";

/** A copy of plain data with every slot in it, at any depth, replaced; typed arrays are shared. */
export function mapSlots<T>(value: T, replace: (slot: Slot) => Slot): T {
  return mapped(value, replace) as T;
}

function mapped(value: unknown, replace: (slot: Slot) => Slot): unknown {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map((entry) => mapped(entry, replace));
  if (isSlot(value)) return replace(value);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, mapped(entry, replace)]));
}
