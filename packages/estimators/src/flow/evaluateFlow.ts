import type { FlowParts } from "./flowParts.ts";

/** Overwrites logTerms[0 … numTerms) with the log-density of the terms that were set, at the rows that were set. */
export function evaluateFlow({ kernels, steps, normal, inputs, logDensity }: FlowParts, logTerms: Float64Array): void {
  const { numTerms } = inputs.size;
  if (numTerms === 0) return;
  logDensity.values.fill(0, 0, numTerms);
  for (const { network, transform } of steps) {
    network.run();
    transform.forward(numTerms);
  }
  kernels.standardNormalRows(normal, logDensity, numTerms);
  for (let i = 0; i < numTerms; i++) logTerms[i] = logDensity.values[i];
}
