import type { ColumnSpec, ParameterSpec } from "@poolish/core";
import { z } from "zod";
import type { EstimatorSpec } from "./estimatorSpec.ts";

/** null is an open side: see `estimatorToBytes`. */
const lower = z
  .number()
  .nullable()
  .transform((bound) => bound ?? -Infinity);
const upper = z
  .number()
  .nullable()
  .transform((bound) => bound ?? Infinity);
const positiveInteger = z.int().positive();
const scale = z.number().positive();

const bound = (open: number) =>
  z
    .union([z.number(), z.string(), z.null()])
    .transform((value) => value ?? open)
    .exactOptional();

/** A column in a file's metadata; a bound of null is open. */
export const columnSchema: z.ZodType<ColumnSpec> = z.object({
  name: z.string(),
  kind: z.enum(["continuous", "count", "category"]),
  bounds: z.object({ lower: bound(-Infinity), upper: bound(Infinity) }).exactOptional(),
});

/** A parameter in a file's metadata; a bound of null is open. */
export const parameterSchema: z.ZodType<ParameterSpec> = z
  .object({
    name: z.string(),
    support: z.object({ kind: z.enum(["interval", "integer"]), lower, upper }),
    box: z.tuple([z.number(), z.number()]),
  })
  .refine(({ support, box: [low, high] }) => support.lower <= low && low <= high && high <= support.upper, {
    path: ["box"],
    message: "the training box is empty or leaves the support",
  });

const feature = z.object({
  parameter: z.int().nonnegative(),
  transform: z.enum(["identity", "log", "sqrt", "logit"]),
  lower,
  upper,
  mean: z.number(),
  standardDeviation: scale,
});

const countColumn = z.object({
  kind: z.literal("count-mixture"),
  numComponents: positiveInteger,
  network: z.object({
    widths: z.array(positiveInteger).min(2),
    activation: z.enum(["tanh", "relu", "gelu", "silu"]),
  }),
  scale: z.object({ mean: z.number(), standardDeviation: scale }),
  largestCount: z.int().nonnegative(),
});

const provenance = z.object({
  simulator: z.string(),
  simulationSeed: z.int().nonnegative(),
  numSimulations: positiveInteger,
  trainingSeed: z.int().nonnegative(),
  backend: z.string(),
  history: z.array(z.object({ training: z.number(), validation: z.number() })),
  keptEpoch: z.int().nonnegative(),
  heldOutLogDensity: z.number(),
});

/** The specification in an estimator's file, version 1. */
export const estimatorSchema: z.ZodType<EstimatorSpec> = z
  .object({
    format: z.literal("poolish-estimator"),
    version: z.literal(1),
    target: z.literal("likelihood"),
    parameters: z.array(parameterSchema).min(1),
    columns: z.array(columnSchema).length(1),
    conditions: z.array(columnSchema).length(0),
    features: z.array(feature).min(1),
    density: countColumn,
    provenance,
  })
  .refine(({ features, density }) => density.network.widths[0] === features.length, {
    path: ["density", "network", "widths"],
    message: "the network's input width is not the number of features",
  })
  .refine(({ features, parameters }) => features.every((item) => item.parameter < parameters.length), {
    path: ["features"],
    message: "a feature names a parameter that does not exist",
  })
  .refine(({ density }) => density.network.widths.at(-1) === 3 * density.numComponents + 2, {
    path: ["density", "network", "widths"],
    message: "the network's output width is not 3 · numComponents + 2",
  });
