import { z } from "zod";
import type { EncodedColumn } from "../columns/encodedColumn.ts";
import { MOST_PANELS } from "../layered/massGrid.ts";
import { MOST_MIXTURE_COLUMNS } from "../mixtureDensity/mixtureDensitySpec.ts";
import { activation, columnBound, positiveInteger, scale } from "../schemaParts.ts";
import { PATH_NAMES } from "../vectorField/path/paths.ts";
import type { DensitySpec } from "./densitySpec.ts";

/** The kernel of splines takes no more. */
const MOST_BINS = 900;

const countScale = z.object({ mean: z.number(), standardDeviation: scale });
const parameterBound = z.object({ parameter: z.int().nonnegative() });

const continuousColumn = z.object({
  kind: z.literal("continuous"),
  transform: z.enum(["identity", "log", "reflectedLog", "logit", "walled", "held"]),
  lower: columnBound(parameterBound, -Infinity),
  upper: columnBound(parameterBound, Infinity),
  edge: scale,
  mean: z.number(),
  standardDeviation: scale,
});

/** A column in a file's metadata, as networks see it. */
export const encodedColumnSchema: z.ZodType<EncodedColumn> = z.discriminatedUnion("kind", [
  continuousColumn,
  z.object({ kind: z.literal("count"), scale: countScale, largestCount: z.int().nonnegative() }),
  z.object({ kind: z.literal("category"), values: z.array(z.number()).min(1) }),
]);

const hidden = z.object({ hidden: z.array(positiveInteger), activation });

const countMixture = z
  .object({
    kind: z.literal("count-mixture"),
    numComponents: positiveInteger,
    network: z.object({ widths: z.array(positiveInteger).min(2), activation }),
    scale: countScale,
    largestCount: z.int().nonnegative(),
  })
  .refine(({ network, numComponents }) => network.widths.at(-1) === 3 * numComponents + 2, {
    path: ["network", "widths"],
    message: "the network's output width is not 3 · numComponents + 2",
  });

const autoregressive = z.object({
  kind: z.literal("autoregressive"),
  columns: z.array(encodedColumnSchema).min(1),
  numFeatures: positiveInteger,
  numConditions: z.int().nonnegative(),
  isCoupled: z.boolean(),
  numComponents: positiveInteger,
  trunk: hidden,
  branch: hidden,
});

const continuousDensity = z.object({
  columns: z.array(continuousColumn).min(1),
  numFeatures: positiveInteger,
  numConditions: z.int().nonnegative(),
  ...hidden.shape,
});

const flow = continuousDensity
  .extend({
    kind: z.literal("flow"),
    transform: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("affine") }),
      z.object({ kind: z.literal("spline"), numBins: z.int().positive().max(MOST_BINS), bound: scale }),
    ]),
    orders: z.array(z.array(z.int().nonnegative())).min(1),
    // Files of the first releases have none.
    hasSkip: z.boolean().default(false),
  })
  .refine(({ orders, columns }) => orders.every((order) => isOrderOf(order, columns.length)), {
    path: ["orders"],
    message: "an order is not a permutation of the columns",
  });

function isOrderOf(order: readonly number[], numColumns: number): boolean {
  return order.length === numColumns && [...order].sort((a, b) => a - b).every((c, position) => c === position);
}

const mixtureDensity = continuousDensity
  .extend({ kind: z.literal("mixture-density"), numComponents: positiveInteger })
  .refine(({ columns }) => columns.length <= MOST_MIXTURE_COLUMNS, {
    path: ["columns"],
    message: `a mixture density has at most ${MOST_MIXTURE_COLUMNS} columns`,
  });

const layered = z
  .object({
    kind: z.literal("layered"),
    columns: z.array(encodedColumnSchema).min(1),
    numFeatures: positiveInteger,
    numConditions: z.int().nonnegative(),
    layers: z
      .array(z.object({ numOutputs: positiveInteger, activation: z.enum(["identity", "tanh", "relu", "softplus"]) }))
      .min(1),
    normaliser: z
      .object({ reach: z.number().positive(), numPanels: z.int().positive().max(MOST_PANELS) })
      .exactOptional(),
  })
  .refine(({ layers }) => layers.at(-1)?.numOutputs === 1, {
    path: ["layers"],
    message: "the last layer has more than one output",
  });

const attention = z
  .object({ width: positiveInteger, numBlocks: positiveInteger, numHeads: positiveInteger, patch: positiveInteger })
  .refine(({ width, numHeads }) => width % (4 * numHeads) === 0, {
    path: ["numHeads"],
    message: "the width is not a multiple of four times the number of heads",
  });

const vectorField = continuousDensity
  .extend({
    kind: z.literal("vector-field"),
    rowHidden: z.array(positiveInteger),
    numSummaries: z.int().nonnegative(),
    hidden: z.array(positiveInteger),
    activation: z.literal("silu"),
    attention: attention.exactOptional(),
    path: z.enum(PATH_NAMES),
    numSteps: positiveInteger,
    gridError: z.number().nonnegative(),
  })
  .refine(({ hidden, attention: shape }) => hidden.length > 0 !== (shape !== undefined), {
    path: ["hidden"],
    message: "a field has either hidden layers or attention",
  });

/** A density's architecture in an estimator's file. */
export const densitySchema: z.ZodType<DensitySpec> = z.discriminatedUnion("kind", [
  countMixture,
  autoregressive,
  flow,
  mixtureDensity,
  layered,
  vectorField,
]);
