import { PoolishError } from "@poolish/core";
import type { ModelBuilder } from "./modelBuilder.ts";

/** Runs `body` with one more plate around it. `size` is the number of members, called 1, 2, …, or their labels. */
export function plate<T>(builder: ModelBuilder, name: string, size: number | readonly string[], body: () => T): T {
  const labels = labelsOf(name, size);
  if (builder.plates.some((around) => around.name === name)) {
    refuse(name, "this plate already surrounds the code", "Give the inner plate another name.");
  }
  const known = builder.coords.get(name);
  if (known === undefined) builder.claimName(name);
  else if (known.length !== labels.length || known.some((label, i) => label !== labels[i])) {
    const now = `the plate was used before with other members: ${known.length} then, ${labels.length} now`;
    refuse(name, now, "Give plates with different members different names.");
  }
  builder.coords.set(name, labels);
  builder.plates.push({ name, size: labels.length });
  try {
    return body();
  } finally {
    builder.plates.pop();
  }
}

function labelsOf(name: string, size: number | readonly string[]): readonly string[] {
  const remedy = "Pass their number or their labels.";
  if (typeof size === "number") {
    if (Number.isSafeInteger(size) && size >= 1) return Array.from({ length: size }, (_, i) => String(i + 1));
    refuse(name, `a plate needs one or more members, got ${size}`, remedy);
  }
  if (size.length === 0) refuse(name, "a plate needs one or more members, got no labels", remedy);
  const repeated = size.findIndex((label, i) => size.indexOf(label) < i);
  if (repeated < 0) return [...size];
  refuse(name, `two members are called ${size[repeated]}`, "Give each member a label of its own.", repeated);
}

function refuse(field: string, message: string, remedy: string, row?: number): never {
  throw new PoolishError(message, { kind: "model", field, remedy, ...(row === undefined ? {} : { row }) });
}
