import { requireLength } from "./checks.ts";
import type { AdamOptions, Kernels } from "./kernels.ts";
import type { WasmExports } from "./wasmExports.ts";

function requireAdamOptions({ epsilon, step }: AdamOptions): void {
  // Padding has zero moments, and 0 / (0 + 0) would turn it into NaN.
  if (!(Math.fround(epsilon) > 0)) throw new Error(`epsilon must be positive in float32, got ${epsilon}`);
  if (!(step >= 1)) throw new Error(`step must count from 1, got ${step}`);
}

/** The step of the optimiser and what clipping needs. */
function optimiserKernels(wasm: WasmExports): Pick<Kernels, "adam" | "sumOfSquares" | "scale"> {
  return {
    adam(weights, gradient, firstMoment, secondMoment, length, options) {
      requireLength("weights", weights, length);
      requireLength("gradient", gradient, length);
      requireLength("firstMoment", firstMoment, length);
      requireLength("secondMoment", secondMoment, length);
      requireAdamOptions(options);
      const { stepSize, beta1, beta2, epsilon, step, weightDecay, gradientScale = 1 } = options;
      const correction1 = 1 / (1 - beta1 ** step);
      const correction2 = 1 / (1 - beta2 ** step);
      wasm.adam(
        weights.pointer,
        gradient.pointer,
        firstMoment.pointer,
        secondMoment.pointer,
        length,
        stepSize * correction1,
        beta1,
        1 - beta1,
        beta2,
        1 - beta2,
        correction2,
        epsilon,
        stepSize * weightDecay,
        gradientScale,
      );
    },
    sumOfSquares(values, length) {
      requireLength("values", values, length);
      return wasm.sumOfSquares(values.pointer, length);
    },
    scale(values, factor, length) {
      requireLength("values", values, length);
      wasm.scale(values.pointer, factor, length);
    },
  };
}

/** Sums and products of whole regions. */
function regionKernels(wasm: WasmExports): Pick<Kernels, "multiply" | "addScaled" | "moveAverage"> {
  return {
    multiply(a, b, result, length) {
      requireLength("a", a, length);
      requireLength("b", b, length);
      requireLength("result", result, length);
      wasm.multiply(a.pointer, b.pointer, result.pointer, length);
    },
    addScaled(x, factor, y, length) {
      requireLength("x", x, length);
      requireLength("y", y, length);
      wasm.addScaled(x.pointer, factor, y.pointer, length);
    },
    moveAverage(average, values, share, length) {
      requireLength("average", average, length);
      requireLength("values", values, length);
      wasm.moveAverage(average.pointer, values.pointer, share, length);
    },
  };
}

/** What training does to flat weights and gradients. */
export function createWeightKernels(
  wasm: WasmExports,
): Pick<Kernels, "adam" | "sumOfSquares" | "scale" | "multiply" | "addScaled" | "moveAverage"> {
  return { ...optimiserKernels(wasm), ...regionKernels(wasm) };
}
