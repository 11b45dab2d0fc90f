import {
  type Activation,
  type AdamOptions,
  createKernels,
  type Kernels,
  type Region,
  type SimdVariant,
} from "@poolish/kernels";
import { nanoseconds, printRow } from "./timing.ts";

function filledRegion(kernels: Kernels, length: number): Region {
  const region = kernels.allocate(length);
  for (let i = 0; i < length; i++) region.values[i] = ((i * 0.6180339887498949) % 1) * 2 - 1;
  return region;
}

const ACTIVATIONS: readonly Activation[] = ["tanh", "relu", "gelu", "silu"];
const ADAM: AdamOptions = { stepSize: 1e-6, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 10, weightDecay: 0 };

/** Activations and what a training loop does to flat weights. */
export function benchElementwise(variant: SimdVariant): void {
  const length = 256 * 64;
  const kernels = createKernels({ capacity: 5 * length, variant });
  const [z, y, dy, dz, squares] = Array.from({ length: 5 }, () => filledRegion(kernels, length));
  squares.values.forEach((value, i) => {
    squares.values[i] = value * value;
  });
  const perElement = (call: () => void): string => (nanoseconds([call])[0] / length).toFixed(3);
  console.log(`\n${variant}: ns an element, ${length} elements`);
  printRow(["", "value", "gradient"]);
  for (const kind of ACTIVATIONS) {
    const value = perElement(() => kernels.activate(kind, z, y, length));
    printRow([kind, value, perElement(() => kernels.activateGradient(kind, z, y, dy, dz, length))]);
  }
  printRow(["exponential", perElement(() => kernels.exponential(z, y, length))]);
  printRow(["sumOfSquares", perElement(() => kernels.sumOfSquares(z, length))]);
  printRow(["scale", perElement(() => kernels.scale(z, 1, length))]);
  printRow(["transpose", perElement(() => kernels.transpose(z, y, 256, 64))]);
  printRow(["adam", perElement(() => kernels.adam(z, dy, dz, squares, length, ADAM))]);
}
