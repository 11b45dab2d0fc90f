import type { Rng } from "@poolish/core";
import { type AttentionInputs, type AttentionShape, attentionBlocks } from "@poolish/estimators";
import { standardNormal } from "@poolish/math";

/**
 * Weights of a transformer that says nothing yet: its readout is 0. Matrices are normal with variance 1 / inputs, so that tokens
 * begin with numbers of about 1; what blocks add to tokens is shortened by √(2 · blocks) (Radford et al. 2019, §2.3).
 */
export function initialAttention(rng: Rng, shape: AttentionShape, inputs: AttentionInputs): number[] {
  const prefix = "field";
  const spreads = new Map([
    ["row.value", 1 / Math.sqrt(shape.patch)],
    ["row.identity", 1],
    ["column.value", 1],
    ["column.identity", 1],
    ["readout.weight", 0],
  ]);
  return attentionBlocks(shape, inputs, prefix).flatMap(({ name, shape: [rows, columns = 1] }) => {
    const own = name.slice(prefix.length + 1);
    const addsToTokens = own.endsWith(".mix.weight") || own.endsWith(".contract.weight");
    const ofMatrix = 1 / Math.sqrt(rows * (addsToTokens ? 2 * shape.numBlocks : 1));
    const spread = own.endsWith(".bias") ? 0 : (spreads.get(own) ?? ofMatrix);
    return Array.from({ length: rows * columns }, () => (spread === 0 ? 0 : spread * standardNormal(rng)));
  });
}
