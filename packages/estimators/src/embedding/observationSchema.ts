import { z } from "zod";
import { activation, columnBound, positiveInteger, scale } from "../schemaParts.ts";
import { convolvedLengths, type EmbeddingSpec } from "./embeddingSpec.ts";
import type { ObservationInput } from "./observationInput.ts";

const column = z.int().nonnegative();

/** The inputs of an embedding in an estimator's file. */
export const observationInputSchema: z.ZodType<ObservationInput> = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("number"),
    column,
    transform: z.enum(["identity", "log", "reflectedLog", "logit"]),
    lower: columnBound(z.never(), -Infinity),
    upper: columnBound(z.never(), Infinity),
    edge: scale,
    center: z.number(),
    scale,
    isSquashed: z.boolean(),
  }),
  z.object({ kind: z.literal("count"), column, scale: z.object({ mean: z.number(), standardDeviation: scale }) }),
  z.object({ kind: z.literal("indicator"), column, value: z.number() }),
]);

const network = {
  numInputs: positiveInteger,
  hidden: z.array(positiveInteger).min(1),
  activation,
  numSummaries: positiveInteger,
};

const convolution = z
  .object({
    kind: z.literal("conv1d"),
    ...network,
    numChannels: positiveInteger,
    convolutions: z
      .array(z.object({ numFilters: positiveInteger, size: positiveInteger, stride: positiveInteger }))
      .min(1),
  })
  .refine((spec) => spec.numInputs % spec.numChannels === 0, {
    path: ["numChannels"],
    message: "the inputs are not a whole number of positions",
  })
  .refine((spec) => convolvedLengths(spec).every((length) => length > 0), {
    path: ["convolutions"],
    message: "the series is too short for its convolutions",
  });

/** An embedding's architecture in an estimator's file. */
export const embeddingSchema: z.ZodType<EmbeddingSpec> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("identity"), numInputs: positiveInteger }),
  z.object({ kind: z.literal("mlp"), ...network }),
  z.object({
    kind: z.literal("set"),
    ...network,
    numSummaries: z.int().min(2),
    numTrials: z.tuple([positiveInteger, positiveInteger]),
  }),
  convolution,
  z.object({
    kind: z.literal("layers"),
    numInputs: positiveInteger,
    numSummaries: positiveInteger,
    topology: z.string(),
    weights: z.array(z.object({ name: z.string(), shape: z.array(positiveInteger) })),
  }),
]);
