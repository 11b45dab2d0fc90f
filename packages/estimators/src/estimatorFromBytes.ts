import { PoolishError } from "@poolish/core";
import { decodeSafetensors, type Safetensors } from "@poolish/io";
import type { z } from "zod";
import type { AnyEstimator } from "./anyEstimator.ts";
import { createEstimator } from "./createEstimator.ts";
import { createDrawsDensity } from "./draws/createDrawsDensity.ts";
import { drawsSchema } from "./draws/drawsSchema.ts";
import type { Estimator } from "./estimator.ts";
import { estimatorSchema } from "./estimatorSchema.ts";
import type { WeightBlock } from "./network/splitNetworkSpec.ts";
import { createPosterior } from "./posterior/createPosterior.ts";
import { posteriorSchema } from "./posterior/posteriorSchema.ts";
import { createRatioEstimator } from "./ratio/createRatioEstimator.ts";
import { ratioEstimatorSchema } from "./ratio/ratioSchema.ts";
import { createVectorFieldEstimator } from "./vectorField/createVectorFieldEstimator.ts";
import { vectorFieldEstimatorSchema } from "./vectorField/vectorFieldEstimatorSchema.ts";
import { weightBlocks } from "./weightTensors.ts";

/**
 * The estimator in the bytes of its file: its log-densities are those of the estimator that was saved, to the last bit.
 * What it is, `spec.target` says: a likelihood (`T` is `Estimator`, unless told), a ratio, a posterior, a density.
 * @param source The file, for messages.
 * @throws PoolishError (kind file) naming the field that is missing or wrong.
 */
export function estimatorFromBytes<T extends AnyEstimator = Estimator>(bytes: Uint8Array, source = "estimator"): T {
  const contents = decodeSafetensors(bytes, source);
  const specification = readSpecification(contents, source);
  // The caller names the target that it expects.
  return readEstimator(contents, specification, source) as T;
}

function readEstimator(contents: Safetensors, specification: unknown, source: string): AnyEstimator {
  switch (targetOf(specification)) {
    case "ratio": {
      const spec = check(ratioEstimatorSchema, specification, source);
      return createRatioEstimator(spec, readWeights(contents, weightBlocks(spec), source));
    }
    case "posterior": {
      const spec = check(posteriorSchema, specification, source);
      return createPosterior(spec, readWeights(contents, weightBlocks(spec), source));
    }
    case "vector-field": {
      const spec = check(vectorFieldEstimatorSchema, specification, source);
      return createVectorFieldEstimator(spec, readWeights(contents, weightBlocks(spec), source));
    }
    case "density": {
      const spec = check(drawsSchema, specification, source);
      return createDrawsDensity(spec, readWeights(contents, weightBlocks(spec), source));
    }
    default: {
      const spec = check(estimatorSchema, specification, source);
      return createEstimator(spec, readWeights(contents, weightBlocks(spec), source));
    }
  }
}

function targetOf(specification: unknown): unknown {
  return typeof specification === "object" && specification !== null && "target" in specification
    ? specification.target
    : undefined;
}

function fault(source: string, message: string): PoolishError {
  return new PoolishError(message, {
    kind: "file",
    field: source,
    remedy: "Pass a file that saveEstimator of this version wrote, or train the estimator again.",
  });
}

function readSpecification({ metadata }: Safetensors, source: string): unknown {
  if (metadata.poolish === undefined) throw fault(source, "the file is no Poolish estimator: it has no specification");
  try {
    return JSON.parse(metadata.poolish);
  } catch {
    throw fault(source, "the specification is not JSON");
  }
}

function check<Spec>(schema: z.ZodType<Spec>, specification: unknown, source: string): Spec {
  const result = schema.safeParse(specification);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw fault(source, `the specification is wrong at ${issue.path.join(".") || "its root"}: ${issue.message}`);
}

function readWeights({ tensors }: Safetensors, wanted: readonly WeightBlock[], source: string): Float32Array {
  const blocks = wanted.map(({ name, shape }) => {
    const tensor = tensors[name];
    if (tensor === undefined) throw fault(source, `the tensor ${name} is missing`);
    if (tensor.dtype !== "F32" || tensor.shape.join() !== shape.join()) {
      throw fault(source, `the tensor ${name} is ${tensor.dtype} [${tensor.shape}], expected F32 [${shape}]`);
    }
    if (!tensor.values.every(Number.isFinite))
      throw fault(source, `the tensor ${name} holds a number that is not finite`);
    return tensor.values;
  });
  const weights = new Float32Array(blocks.reduce((length, block) => length + block.length, 0));
  let offset = 0;
  for (const block of blocks) {
    weights.set(block, offset);
    offset += block.length;
  }
  return weights;
}
