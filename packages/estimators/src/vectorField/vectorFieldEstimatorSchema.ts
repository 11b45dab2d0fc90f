import { z } from "zod";
import { posteriorSchema } from "../posterior/posteriorSchema.ts";
import type { VectorFieldEstimatorSpec } from "./vectorFieldEstimator.ts";

const prior = z.object({ mean: z.array(z.number()), covariance: z.array(z.number()) });

/** The specification of a vector-field posterior in its file, version 1: that of a posterior, and the prior's moments. */
export const vectorFieldEstimatorSchema: z.ZodType<VectorFieldEstimatorSpec> = z
  .looseObject({ target: z.literal("vector-field"), prior })
  .transform(({ prior: moments, ...rest }, context): VectorFieldEstimatorSpec => {
    const result = posteriorSchema.safeParse({ ...rest, target: "posterior" });
    if (!result.success) {
      for (const { path, message } of result.error.issues) context.addIssue({ code: "custom", path, message });
      return z.NEVER;
    }
    const { density } = result.data;
    if (density.kind !== "vector-field") {
      context.addIssue({ code: "custom", path: ["density", "kind"], message: "the density is no vector field" });
      return z.NEVER;
    }
    const D = density.columns.length;
    if (moments.mean.length !== D || moments.covariance.length !== D * D) {
      context.addIssue({ code: "custom", path: ["prior"], message: "the prior has another number of parameters" });
      return z.NEVER;
    }
    return { ...result.data, target: "vector-field", density, prior: moments };
  });
