import { z } from "zod";
import { densitySchema } from "../density/densitySchema.ts";
import { encodedColumns } from "../density/densitySpec.ts";
import { parameterSchema, provenanceSchema } from "../estimatorSchema.ts";
import { positiveInteger } from "../schemaParts.ts";
import type { DrawsDensitySpec } from "./drawsSpec.ts";

/** The specification of a density of draws in its file, version 1. */
export const drawsSchema: z.ZodType<DrawsDensitySpec> = z
  .object({
    format: z.literal("poolish-estimator"),
    version: z.literal(1),
    target: z.literal("density"),
    parameters: z.array(parameterSchema).min(1),
    density: densitySchema,
    numMembers: positiveInteger,
    provenance: provenanceSchema,
  })
  .refine(
    ({ density }) => density.kind !== "count-mixture" && density.numFeatures === 1 && density.numConditions === 0,
    {
      path: ["density"],
      message: "the density conditions on something",
    },
  )
  .refine(({ parameters, density }) => encodedColumns(density).length === parameters.length, {
    path: ["density", "columns"],
    message: "the density has another number of columns than there are parameters",
  })
  .refine(
    ({ density }) =>
      encodedColumns(density).every((column) => {
        return column.kind === "continuous" && typeof column.lower === "number" && typeof column.upper === "number";
      }),
    { path: ["density", "columns"], message: "a column is not continuous, or its bound is not a number" },
  );
