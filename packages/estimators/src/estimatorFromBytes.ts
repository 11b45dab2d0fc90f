import { PoolishError } from "@poolish/core";
import { decodeSafetensors, type Safetensors } from "@poolish/io";
import { createEstimator } from "./createEstimator.ts";
import type { Estimator } from "./estimator.ts";
import { estimatorSchema } from "./estimatorSchema.ts";
import type { EstimatorSpec } from "./estimatorSpec.ts";
import { weightBlocks } from "./weightTensors.ts";

/**
 * The estimator in the bytes of its file: its log-densities are those of the estimator that was saved, to the last bit.
 * @param source The file, for messages.
 * @throws PoolishError (kind file) naming the field that is missing or wrong.
 */
export function estimatorFromBytes(bytes: Uint8Array, source = "estimator"): Estimator {
  const contents = decodeSafetensors(bytes, source);
  const spec = readSpec(contents, source);
  return createEstimator(spec, readWeights(contents, spec, source));
}

function fault(source: string, message: string): PoolishError {
  return new PoolishError(message, {
    kind: "file",
    field: source,
    remedy: "Pass a file that saveEstimator of this version wrote, or train the estimator again.",
  });
}

function readSpec({ metadata }: Safetensors, source: string): EstimatorSpec {
  if (metadata.poolish === undefined) throw fault(source, "the file is no Poolish estimator: it has no specification");
  const result = estimatorSchema.safeParse(parseJson(metadata.poolish, source));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw fault(source, `the specification is wrong at ${issue.path.join(".") || "its root"}: ${issue.message}`);
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw fault(source, "the specification is not JSON");
  }
}

function readWeights({ tensors }: Safetensors, spec: EstimatorSpec, source: string): Float32Array {
  const blocks = weightBlocks(spec).map(({ name, shape }) => {
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
