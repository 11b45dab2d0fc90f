import { z } from "zod";
import { encodedColumnSchema } from "../density/densitySchema.ts";
import {
  columnSchema,
  conditionScaleSchema,
  featureSchema,
  hasBounds,
  parameterSchema,
  provenanceSchema,
} from "../estimatorSchema.ts";
import { activation, columnBound, positiveInteger } from "../schemaParts.ts";
import { conditionsWidth } from "../standardizeConditions.ts";
import type { RatioEstimatorSpec } from "./ratioEstimator.ts";
import type { RatioSpec } from "./ratioSpec.ts";

const reach = z
  .object({ lower: columnBound(z.never(), -Infinity), upper: columnBound(z.never(), Infinity) })
  .refine(({ lower, upper }) => lower < upper, { message: "the reach is empty" });

const hidden = z.object({ hidden: z.array(positiveInteger), activation });

const ratioSchema: z.ZodType<RatioSpec> = z
  .object({
    kind: z.literal("ratio"),
    columns: z.array(encodedColumnSchema).min(1),
    reaches: z.array(reach),
    numFeatures: positiveInteger,
    numConditions: z.int().nonnegative(),
    isCoupled: z.boolean(),
    trunk: hidden,
    network: hidden,
  })
  .refine(({ columns, reaches }) => columns.length === reaches.length, {
    path: ["reaches"],
    message: "there is not one reach for each column",
  });

/** The specification in a ratio estimator's file, version 1. */
export const ratioEstimatorSchema: z.ZodType<RatioEstimatorSpec> = z
  .object({
    format: z.literal("poolish-estimator"),
    version: z.literal(1),
    target: z.literal("ratio"),
    parameters: z.array(parameterSchema).min(1),
    columns: z.array(columnSchema).min(1),
    conditions: z.array(columnSchema),
    features: z.array(featureSchema).min(1),
    conditionScales: z.array(conditionScaleSchema),
    ratio: ratioSchema,
    numMembers: positiveInteger,
    provenance: provenanceSchema,
  })
  .refine(({ features, ratio }) => ratio.numFeatures === features.length, {
    path: ["ratio", "numFeatures"],
    message: "the network's input width is not the number of features",
  })
  .refine(({ features, parameters }) => features.every((item) => item.parameter < parameters.length), {
    path: ["features"],
    message: "a feature names a parameter that does not exist",
  })
  .refine(
    ({ columns, ratio }) => columns.map(({ kind }) => kind).join() === ratio.columns.map(({ kind }) => kind).join(),
    {
      path: ["ratio", "columns"],
      message: "the ratio has other columns",
    },
  )
  .refine(({ parameters, ratio }) => ratio.columns.every((column) => hasBounds(column, parameters.length)), {
    path: ["ratio", "columns"],
    message: "a bound names a parameter that does not exist",
  })
  .refine(({ conditionScales, ratio }) => conditionsWidth(conditionScales) === ratio.numConditions, {
    path: ["ratio", "numConditions"],
    message: "the ratio has another number of conditions",
  })
  .refine(({ conditions, conditionScales }) => conditions.length === conditionScales.length, {
    path: ["conditionScales"],
    message: "there is not one scale for each condition",
  });
