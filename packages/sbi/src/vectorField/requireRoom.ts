import { PoolishError } from "@poolish/core";
import { fieldJetCapacity, type VectorFieldSpec } from "@poolish/estimators";

/** Float32 elements: nine tenths of the 4 GiB that a network may take; the rest is for the field itself. */
const MOST_ELEMENTS = 0.9 * 2 ** 30;

/** @throws PoolishError where the field could be trained, but not even one exact density of it computed afterwards. */
export function requireRoom(spec: VectorFieldSpec): void {
  if (fieldJetCapacity(spec, 1, 1) <= MOST_ELEMENTS) return;
  throw new PoolishError(`exact densities of ${spec.columns.length} columns take more than 4 GiB with attention`, {
    kind: "input",
    field: "network",
    remedy: 'Use fewer or narrower blocks (`hidden`), or network: "mlp".',
  });
}
