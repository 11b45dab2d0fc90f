import type { ColumnSpec, ParameterSpec } from "@poolish/core";
import { z } from "zod";
import type { EncodedColumn } from "./columns/encodedColumn.ts";
import { densitySchema } from "./density/densitySchema.ts";
import { encodedColumns } from "./density/densitySpec.ts";
import type { EstimatorSpec, Provenance } from "./estimatorSpec.ts";
import type { Feature } from "./features.ts";
import { columnBound, positiveInteger, scale } from "./schemaParts.ts";
import { type ConditionScale, conditionsWidth } from "./standardizeConditions.ts";

const lower = columnBound(z.never(), -Infinity);
const upper = columnBound(z.never(), Infinity);
const bound = (open: number) => columnBound(z.string(), open).exactOptional();

/** A column in a file's metadata; a bound of null is open. */
export const columnSchema: z.ZodType<ColumnSpec> = z.object({
  name: z.string(),
  kind: z.enum(["continuous", "count", "category"]),
  bounds: z.object({ lower: bound(-Infinity), upper: bound(Infinity) }).exactOptional(),
  categories: z.array(z.number()).exactOptional(),
});

/** A parameter in a file's metadata; a bound of null is open. */
export const parameterSchema: z.ZodType<ParameterSpec> = z
  .object({
    name: z.string(),
    support: z.discriminatedUnion("kind", [
      z.object({
        kind: z.literal("interval"),
        lower,
        upper,
        closed: z.enum(["lower", "upper", "both"]).exactOptional(),
      }),
      z.object({ kind: z.literal("integer"), lower, upper }),
    ]),
    box: z.tuple([z.number(), z.number()]),
  })
  .refine(({ support, box: [low, high] }) => support.lower <= low && low <= high && high <= support.upper, {
    path: ["box"],
    message: "the training box is empty or leaves the support",
  });

export const featureSchema: z.ZodType<Feature> = z.object({
  parameter: z.int().nonnegative(),
  transform: z.enum(["identity", "log", "sqrt", "logit"]),
  lower,
  upper,
  mean: z.number(),
  standardDeviation: scale,
});

export const conditionScaleSchema: z.ZodType<ConditionScale> = z.union([
  z.object({ mean: z.number(), standardDeviation: scale }),
  z.object({ values: z.array(z.number()).min(1) }),
]);

/** Where an estimator comes from, in its file. */
export const provenanceSchema: z.ZodType<Provenance> = z.object({
  simulator: z.string(),
  simulationSeed: z.int().nonnegative(),
  numSimulations: z.int().nonnegative(),
  numDropped: z.int().nonnegative(),
  trainingSeed: z.int().nonnegative(),
  backend: z.string(),
  histories: z.array(z.array(z.object({ training: z.number(), validation: z.number() }))),
  keptEpochs: z.array(z.int().nonnegative()),
  heldOutLogDensity: columnBound(z.never(), Number.NaN),
});

/** The specification in an estimator's file, version 1. */
export const estimatorSchema: z.ZodType<EstimatorSpec> = z
  .object({
    format: z.literal("poolish-estimator"),
    version: z.literal(1),
    target: z.literal("likelihood"),
    parameters: z.array(parameterSchema).min(1),
    columns: z.array(columnSchema).min(1),
    conditions: z.array(columnSchema),
    features: z.array(featureSchema).min(1),
    conditionScales: z.array(conditionScaleSchema),
    density: densitySchema,
    numMembers: positiveInteger,
    provenance: provenanceSchema,
  })
  .refine(({ features, density }) => numInputs(density) === features.length, {
    path: ["density"],
    message: "the network's input width is not the number of features",
  })
  .refine(({ features, parameters }) => features.every((item) => item.parameter < parameters.length), {
    path: ["features"],
    message: "a feature names a parameter that does not exist",
  })
  .refine(({ columns, density }) => columns.length === encodedColumns(density).length, {
    path: ["density", "columns"],
    message: "the density has another number of columns",
  })
  .refine(({ columns, density }) => encodedColumns(density).every(({ kind }, c) => kind === columns[c]?.kind), {
    path: ["density", "columns"],
    message: "the density has columns of another kind",
  })
  .refine(
    ({ parameters, density }) => encodedColumns(density).every((column) => hasBounds(column, parameters.length)),
    {
      path: ["density", "columns"],
      message: "a bound names a parameter that does not exist",
    },
  )
  .refine(({ conditionScales, density }) => conditionsWidth(conditionScales) === numConditions(density), {
    path: ["density", "numConditions"],
    message: "the density has another number of conditions",
  })
  .refine(({ conditions, conditionScales }) => conditions.length === conditionScales.length, {
    path: ["conditionScales"],
    message: "there is not one scale for each condition",
  });

function numInputs(density: EstimatorSpec["density"]): number {
  return density.kind === "count-mixture" ? density.network.widths[0] : density.numFeatures;
}

function numConditions(density: EstimatorSpec["density"]): number {
  return density.kind === "count-mixture" ? 0 : density.numConditions;
}

/** True unless a bound names a parameter beyond the last. */
export function hasBounds(column: EncodedColumn, numParameters: number): boolean {
  if (column.kind !== "continuous") return true;
  return [column.lower, column.upper].every((bound) => typeof bound === "number" || bound.parameter < numParameters);
}
