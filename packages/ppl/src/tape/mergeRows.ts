import { familyFrom } from "@poolish/distributions";
import type { LinkedInstruction } from "./fuseLinear.ts";
import type { Instruction, Layout, Slot } from "./instruction.ts";
import { classesOf, combineClasses, firstRows, type RowClasses } from "./rowClasses.ts";
import { type AppendedConstant, createRowOperations, type RowOperations } from "./rowOperations.ts";

type LogDensityInstruction = Extract<Instruction, { readonly op: "logDensity" }>;

/** Adds Σ_i log p(x_i | parameters of the group of i): slots hold one number a group, or one for all. */
export interface GroupedInstruction {
  readonly op: "grouped";
  readonly site: string;
  readonly family: LogDensityInstruction["family"];
  readonly x: Float64Array;
  readonly groupOf: Int32Array;
  readonly numGroups: number;
  readonly parameters: readonly Slot[];
}

/** Adds Σ_g weights_g log p(x_g | parameters_g). */
export interface WeightedInstruction {
  readonly op: "weighted";
  readonly site: string;
  readonly family: LogDensityInstruction["family"];
  readonly weights: Float64Array;
  readonly x: Slot;
  readonly parameters: readonly Slot[];
}

/** What a tape runs after all passes. */
export type MergedInstruction = LinkedInstruction | GroupedInstruction | WeightedInstruction;

/** Instructions with the layout that they need: that of the model, and constants after its end. */
export interface MergedTape {
  readonly instructions: readonly MergedInstruction[];
  readonly layout: Layout;
  readonly constants: readonly AppendedConstant[];
}

/** Merging pays where it leaves at most this share of the rows. */
const LARGEST_SHARE = 0.5;

/**
 * Observations of known data whose parameters are computed row by row, e.g. 919 houses in 85 counties with or without a
 * basement: rows whose parameters are the same whatever the latents are computed once. The family sums up what they
 * observed by its sufficient statistics where it has any; otherwise rows must agree in x as well, and are counted.
 * Results that are read elsewhere, or `kept` (recorded with each draw), stay. Sums may round differently.
 */
export function mergeRows(
  instructions: readonly LinkedInstruction[],
  layout: Layout,
  values: Float64Array,
  kept: readonly Slot[],
): MergedTape {
  const rows = createRowOperations(instructions, layout, values, kept);
  const merged = instructions.map((each) => (each.op === "logDensity" ? mergeObservations(each, rows) : each));
  const { replaced, constants } = rows;
  const size = constants.reduce((end, { offset, values: each }) => Math.max(end, offset + each.length), layout.size);
  return {
    instructions: merged.map((each, i) => replaced.get(instructions[i]) ?? each),
    layout: { ...layout, appendedFrom: layout.size, size },
    constants,
  };
}

function mergeObservations(instruction: LogDensityInstruction, rows: RowOperations): MergedInstruction {
  const { site, count, x, parameters, widths, family } = instruction;
  const observed = rows.constantValues(x);
  if (x.size !== count || observed === undefined || widths.some((width) => width !== 1)) return instruction;
  const classes = parameters.map((slot) => rows.classes(slot, count));
  if (classes.includes("unknown")) return instruction;
  const isSummed = familyFrom(family).bindGroupedSum !== undefined;
  const start = isSummed ? undefined : classesOf(observed);
  const alike = classes.reduce<RowClasses>(
    (both, each) => (each === "unknown" ? both : combineClasses(both, each)),
    start,
  );
  const groupOf = alike ?? new Int32Array(count);
  const representatives = firstRows(groupOf);
  const numGroups = representatives.length;
  if (numGroups > LARGEST_SHARE * count) return instruction;
  const reduced = parameters.map((slot) => rows.reduce(slot, representatives));
  if (isSummed) return { op: "grouped", site, family, x: observed, groupOf, numGroups, parameters: reduced };
  const weights = new Float64Array(numGroups);
  for (const group of groupOf) weights[group]++;
  return { op: "weighted", site, family, weights, x: rows.reduce(x, representatives), parameters: reduced };
}
