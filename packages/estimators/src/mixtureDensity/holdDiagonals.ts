import type { Matrix } from "@poolish/kernels";
import { type MixtureDensitySpec, triangleLength } from "./mixtureDensitySpec.ts";

/** e^(±10) of the columns' standard deviations: far beyond what data need, near enough to keep gradients finite. */
const LARGEST = 10;

/**
 * Clamps the logarithms on the diagonals of the factors in place, in `count` rows of the network's outputs: far from the
 * simulations a linear path has no end.
 */
export function holdDiagonals({ values, stride }: Matrix, spec: MixtureDensitySpec, count: number): void {
  for (const column of diagonalColumns(spec)) {
    for (let i = 0; i < count; i++) {
      const at = i * stride + column;
      if (values[at] > LARGEST) values[at] = LARGEST;
      else if (values[at] < -LARGEST) values[at] = -LARGEST;
    }
  }
}

/** Logarithms that were clamped have no gradient. */
export function releaseDiagonals(outputs: Matrix, gradient: Matrix, spec: MixtureDensitySpec, count: number): void {
  for (const column of diagonalColumns(spec)) {
    for (let i = 0; i < count; i++) {
      if (Math.abs(outputs.values[i * outputs.stride + column]) < LARGEST) continue;
      gradient.values[i * gradient.stride + column] = 0;
    }
  }
}

/** Triangles by rows stand behind logits and means: see `MixtureDensitySpec`. */
function diagonalColumns({ columns, numComponents: K }: MixtureDensitySpec): readonly number[] {
  const D = columns.length;
  return Array.from({ length: K * D }, (_, i) => {
    const c = i % D;
    return K + K * D + Math.floor(i / D) * triangleLength(D) + (c * (c + 3)) / 2;
  });
}
