import type { Slot } from "./instruction.ts";

/** All slots that an instruction of any kind reads: every slot that is found in it but its `out`. */
export function inputSlots(instruction: object): readonly Slot[] {
  return Object.entries(instruction).flatMap(([key, value]) => (key === "out" ? [] : slotsIn(value)));
}

function slotsIn(value: unknown): readonly Slot[] {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return [];
  if (Array.isArray(value)) return value.flatMap(slotsIn);
  return isSlot(value) ? [value] : Object.values(value).flatMap(slotsIn);
}

/** Slots are told from other plain data by their two fields. */
export function isSlot(value: object): value is Slot {
  return "offset" in value && "size" in value;
}
