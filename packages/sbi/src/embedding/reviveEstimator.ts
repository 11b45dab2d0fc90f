import {
  type AnyEstimator,
  type CreateLayersEmbedding,
  createPosterior,
  createVectorFieldEstimator,
  type Estimator,
  estimatorFromBytes,
  type LayersEmbeddingSpec,
} from "@poolish/estimators";

/**
 * `estimatorFromBytes` for estimators of every kind: where x is read by a network in the layers of TensorFlow.js, that is
 * loaded and the network rebuilt.
 * @throws PoolishError (kind file) naming the field that is missing or wrong.
 */
export async function reviveEstimator<T extends AnyEstimator = Estimator>(
  bytes: Uint8Array,
  source?: string,
): Promise<T> {
  const estimator: AnyEstimator = estimatorFromBytes<AnyEstimator>(bytes, source);
  const { spec, weights } = estimator;
  if (spec.target !== "posterior" && spec.target !== "vector-field") return estimator as T;
  const { embedding } = spec;
  if (embedding.kind !== "layers") return estimator as T;
  const createLayers = await createLayersFrom(embedding);
  return spec.target === "posterior"
    ? (createPosterior(spec, weights, createLayers) as T)
    : (createVectorFieldEstimator(spec, weights, createLayers) as T);
}

/** TensorFlow.js is loaded only where it is asked for. */
export async function createLayersFrom(spec: LayersEmbeddingSpec): Promise<CreateLayersEmbedding> {
  const [{ createLayersEmbedding, layersModel }, { selectBackend }] = await Promise.all([
    import("./layersEmbedding.ts"),
    import("../backend.ts"),
  ]);
  await selectBackend();
  const model = await layersModel(spec);
  return () => createLayersEmbedding(model);
}
