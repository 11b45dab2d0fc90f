import type { Rng } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { logIntervalMass } from "./logIntervalMass.ts";
import { createMixtureEdge, type MixtureEdge, massBetween, moveMixtureEdge } from "./mixtureEdge.ts";
import { createMixtureRow, type MixtureRow, readMixtureRow } from "./mixtureRow.ts";

/**
 * A mixture of K normals on the standardised scale of counts, discretised: the mass of a count is that of its interval.
 * Its components sit at location + scale · offset_j with standard deviation scale · exp(logSpread_j), so that a change of
 * θ moves the whole shape, and only what is left must change the shape itself.
 *
 * Outputs of the network for one θ row, 3K + 2 numbers: K logits of weights, K offsets, K logSpreads, location, logScale.
 * After Salimans et al. 2017 (PixelCNN++, arXiv:1701.05517, eq. 2), with normals for logistics.
 */
export interface CountMixture {
  readonly numComponents: number;
  readonly numOutputs: number;
  /** Reads the outputs of a θ row, `numOutputs` numbers from `from`, for the terms that follow. */
  setRow(outputs: Float64Array, from: number): void;
  /**
   * The log-mass of the count with edges (lower, upper) in the row of the last `setRow`. Writes its derivative in each
   * output to `partials[to …]`, `numOutputs` numbers. Neighbouring counts in rising order share the work for an edge.
   */
  logMass(lower: number, upper: number, partials: Float64Array, to: number): number;
  /** A draw on the standardised scale from the row of the last `setRow`. */
  sample(rng: Rng): number;
}

/** Below this, masses lose digits to underflow and the logarithmic twin takes over. */
const SMALLEST_LINEAR_MASS = 1e-200;
const INVERSE_ROOT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);

export function createCountMixture(numComponents: number): CountMixture {
  const row = createMixtureRow(numComponents);
  const mass = new Float64Array(numComponents);
  let below = createMixtureEdge(numComponents);
  let above = createMixtureEdge(numComponents);
  return {
    numComponents,
    numOutputs: 3 * numComponents + 2,
    setRow(outputs, from) {
      readMixtureRow(row, outputs, from);
      below.at = Number.NaN;
      above.at = Number.NaN;
    },
    logMass(lower, upper, partials, to) {
      if (above.at === lower) {
        const reused = above;
        above = below;
        below = reused;
      } else moveMixtureEdge(below, row, lower);
      moveMixtureEdge(above, row, upper);
      let total = 0;
      for (let j = 0; j < numComponents; j++) {
        mass[j] = row.weight[j] * massBetween(below, above, j);
        total += mass[j];
      }
      // Written so that NaN takes this way, too.
      if (!(total > SMALLEST_LINEAR_MASS)) return logIntervalMass(row, lower, upper, partials, to);
      writePartials(row, below, above, mass, total, partials, to);
      return Math.log(total);
    },
    sample(rng) {
      const j = chooseComponent(row.weight, rng.uniform());
      return row.center[j] + standardNormal(rng) / row.inverseDeviation[j];
    },
  };
}

function chooseComponent(weight: Float64Array, uniform: number): number {
  let left = uniform;
  for (let j = 0; j < weight.length - 1; j++) {
    left -= weight[j];
    if (left < 0) return j;
  }
  return weight.length - 1;
}

function writePartials(
  { weight, inverseDeviation, relativeCenter, scale }: MixtureRow,
  below: MixtureEdge,
  above: MixtureEdge,
  mass: Float64Array,
  total: number,
  partials: Float64Array,
  to: number,
): void {
  const K = mass.length;
  const inverseTotal = 1 / total;
  let locationPartial = 0;
  let logScalePartial = 0;
  for (let j = 0; j < K; j++) {
    const factor = weight[j] * INVERSE_ROOT_TWO_PI * inverseTotal;
    const atAbove = factor * above.density[j];
    const atBelow = factor * below.density[j];
    const shift = (atBelow - atAbove) * inverseDeviation[j];
    // A lower edge at -Infinity has density 0, and z · 0 would be NaN.
    const stretch = (atBelow === 0 ? 0 : below.z[j] * atBelow) - above.z[j] * atAbove;
    partials[to + j] = mass[j] * inverseTotal - weight[j];
    partials[to + K + j] = shift * scale;
    partials[to + 2 * K + j] = stretch;
    locationPartial += shift;
    logScalePartial += stretch + shift * relativeCenter[j];
  }
  partials[to + 3 * K] = locationPartial;
  partials[to + 3 * K + 1] = logScalePartial;
}
