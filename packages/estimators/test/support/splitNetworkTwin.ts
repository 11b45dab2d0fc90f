import type { SplitNetworkSpec } from "../../src/network/splitNetworkSpec.ts";

const ACTIVATIONS = {
  tanh: Math.tanh,
  relu: (z: number) => Math.max(0, z),
  silu: (z: number) => z / (1 + Math.exp(-z)),
};

/** The outputs of one item of a split network, in float64, from flat weights. */
export function splitNetworkTwin(
  spec: SplitNetworkSpec & { readonly activation: keyof typeof ACTIVATIONS },
  flat: ArrayLike<number>,
  rowInputs: readonly number[],
  termInputs: readonly number[],
): number[] {
  const { hidden, numOutputs, hasSkip, activation } = spec;
  const inputs = [...rowInputs, ...termInputs];
  let at = 0;
  const product = (x: readonly number[], width: number): number[] => {
    const y = new Array<number>(width).fill(0);
    for (const value of x) for (let j = 0; j < width; j++) y[j] += value * flat[at++];
    return y;
  };
  const addBias = (y: readonly number[]): number[] => y.map((value) => value + flat[at++]);
  const widths = [...hidden, numOutputs];
  let previous: number[] = [];
  let value = addBias(product(inputs, widths[0]));
  hidden.forEach((width, k) => {
    const activated = value.map(ACTIVATIONS[activation]);
    const isResidual = k > 0 && hidden[k - 1] === width;
    const below = isResidual ? previous : [];
    previous = activated.map((f, j) => f + (below[j] ?? 0));
    value = addBias(product(previous, widths[k + 1]));
  });
  if (!hasSkip) return value;
  const skipped = product(inputs, numOutputs);
  return value.map((y, j) => y + skipped[j]);
}
