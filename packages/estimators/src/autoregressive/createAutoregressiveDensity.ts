import type { ConditionalDensity } from "../density/conditionalDensity.ts";
import { writeFlatWeights } from "../network/weightMemory.ts";
import { type AutoregressiveSpec, numAutoregressiveWeights } from "./autoregressiveSpec.ts";
import { evaluateColumns } from "./evaluateColumns.ts";
import { createParts, setRows, setTerms } from "./parts.ts";
import { createPullbackBuffers, pullbackColumns } from "./pullbackColumns.ts";
import { sampleColumns } from "./sampleColumns.ts";

/** Allocates the density for up to `maxRows` rows and `maxTerms` terms. Flat weights: see `autoregressiveBlocks`. */
export function createAutoregressiveDensity(
  spec: AutoregressiveSpec,
  maxRows: number,
  maxTerms: number,
): ConditionalDensity {
  const parts = createParts(spec, maxRows, maxTerms);
  const buffers = createPullbackBuffers(spec, maxTerms);
  const { memory, networks } = parts;
  const refresh = (): void => {
    for (const network of networks) network.refresh();
  };
  return {
    numWeights: numAutoregressiveWeights(spec),
    memory: { ...memory, refresh },
    setWeights(weights) {
      writeFlatWeights(memory, weights);
      refresh();
    },
    setTerms: (terms) => setTerms(parts, terms),
    evaluate(features, numRows, logTerms) {
      setRows(parts, features, numRows);
      evaluateColumns(parts, logTerms);
    },
    pullback: (adjoint, into) => pullbackColumns(parts, buffers, adjoint, into),
    sample(rng, features, numRows, columns) {
      setRows(parts, features, numRows);
      sampleColumns(rng, parts, columns);
    },
  };
}
