import { z } from "zod";
import { densitySchema } from "../density/densitySchema.ts";
import { encodedColumns } from "../density/densitySpec.ts";
import { numSummaries } from "../embedding/embeddingSpec.ts";
import { embeddingSchema, observationInputSchema } from "../embedding/observationSchema.ts";
import { columnSchema, parameterSchema, provenanceSchema } from "../estimatorSchema.ts";
import { positiveInteger } from "../schemaParts.ts";
import type { PosteriorSpec } from "./posteriorSpec.ts";

/** The specification of a posterior estimator in its file, version 1. */
export const posteriorSchema: z.ZodType<PosteriorSpec> = z
  .object({
    format: z.literal("poolish-estimator"),
    version: z.literal(1),
    target: z.literal("posterior"),
    parameters: z.array(parameterSchema).min(1),
    columns: z.array(columnSchema).min(1),
    inputs: z.array(observationInputSchema).min(1),
    embedding: embeddingSchema,
    density: densitySchema,
    numMembers: positiveInteger,
    provenance: provenanceSchema,
  })
  .refine(({ inputs, columns }) => inputs.every((input) => input.column < columns.length), {
    path: ["inputs"],
    message: "an input names a column that does not exist",
  })
  .refine(({ inputs, embedding }) => inputs.length === embedding.numInputs, {
    path: ["embedding"],
    message: "the embedding's input width is not the number of inputs",
  })
  .refine(({ density, embedding }) => hasInputs(density, numSummaries(embedding)), {
    path: ["density"],
    message: "the density's features are not the embedding's summaries",
  })
  .refine(({ parameters, density }) => encodedColumns(density).length === parameters.length, {
    path: ["density", "columns"],
    message: "the density has another number of columns than there are parameters",
  })
  .refine(({ density }) => encodedColumns(density).every(hasFixedBounds), {
    path: ["density", "columns"],
    message: "a parameter's bound is not a number",
  });

function hasInputs(density: PosteriorSpec["density"], width: number): boolean {
  return density.kind !== "count-mixture" && density.numFeatures === width && density.numConditions === 0;
}

function hasFixedBounds(column: ReturnType<typeof encodedColumns>[number]): boolean {
  return column.kind !== "continuous" || (typeof column.lower === "number" && typeof column.upper === "number");
}
