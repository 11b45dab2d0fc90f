import type { Rng } from "@poolish/core";
import { standardNormal, tabulatedScaledErfc } from "@poolish/math";
import { logIntervalMass, type MixtureRow } from "./logIntervalMass.ts";

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

/** One edge in every component: z = (edge - center_j) / sd_j. */
interface Edge {
  at: number;
  readonly z: Float64Array;
  /** exp(-z²/2). */
  readonly density: Float64Array;
  /** Φ(-|z|). */
  readonly tail: Float64Array;
}

/** Below this, masses lose digits to underflow and the logarithmic twin takes over. */
const SMALLEST_LINEAR_MASS = 1e-200;
const INVERSE_ROOT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);

export function createCountMixture(numComponents: number): CountMixture {
  const K = numComponents;
  const row: MixtureRow = {
    weight: new Float64Array(K),
    logWeight: new Float64Array(K),
    center: new Float64Array(K),
    inverseDeviation: new Float64Array(K),
    relativeCenter: new Float64Array(K),
    scale: 1,
  };
  let below = createEdge(K);
  let above = createEdge(K);
  const mass = new Float64Array(K);

  const moveTo = (edge: Edge, at: number): void => {
    edge.at = at;
    for (let j = 0; j < K; j++) {
      const z = at === -Infinity ? -Infinity : (at - row.center[j]) * row.inverseDeviation[j];
      const density = Math.exp(-0.5 * z * z);
      edge.z[j] = z;
      edge.density[j] = density;
      edge.tail[j] = density === 0 ? 0 : 0.5 * density * tabulatedScaledErfc(Math.abs(z) * Math.SQRT1_2);
    }
  };

  return {
    numComponents,
    numOutputs: 3 * K + 2,
    setRow(outputs, from) {
      readRow(row, outputs, from, K);
      below.at = Number.NaN;
      above.at = Number.NaN;
    },
    logMass(lower, upper, partials, to) {
      if (above.at === lower) {
        const reused = above;
        above = below;
        below = reused;
      } else moveTo(below, lower);
      moveTo(above, upper);
      let total = 0;
      for (let j = 0; j < K; j++) {
        mass[j] = row.weight[j] * intervalMass(below, above, j);
        total += mass[j];
      }
      // Written so that NaN takes this way, too.
      if (!(total > SMALLEST_LINEAR_MASS)) return logIntervalMass(row, lower, upper, partials, to);
      writePartials(row, below, above, mass, total, partials, to);
      return Math.log(total);
    },
    sample(rng) {
      let u = rng.uniform();
      let j = 0;
      while (j < K - 1) {
        u -= row.weight[j];
        if (u < 0) break;
        j++;
      }
      return row.center[j] + standardNormal(rng) / row.inverseDeviation[j];
    },
  };
}

function createEdge(K: number): Edge {
  return { at: Number.NaN, z: new Float64Array(K), density: new Float64Array(K), tail: new Float64Array(K) };
}

function readRow(row: MixtureRow, outputs: Float64Array, from: number, K: number): void {
  let largest = -Infinity;
  for (let j = 0; j < K; j++) if (outputs[from + j] > largest) largest = outputs[from + j];
  let total = 0;
  for (let j = 0; j < K; j++) total += Math.exp(outputs[from + j] - largest);
  const logTotal = largest + Math.log(total);
  const location = outputs[from + 3 * K];
  row.scale = Math.exp(outputs[from + 3 * K + 1]);
  for (let j = 0; j < K; j++) {
    row.logWeight[j] = outputs[from + j] - logTotal;
    row.weight[j] = Math.exp(row.logWeight[j]);
    row.relativeCenter[j] = row.scale * outputs[from + K + j];
    row.center[j] = location + row.relativeCenter[j];
    row.inverseDeviation[j] = Math.exp(-outputs[from + 2 * K + j]) / row.scale;
  }
}

/** Φ(z above) - Φ(z below) from the tails, without cancellation between tails on the same side. */
function intervalMass(below: Edge, above: Edge, j: number): number {
  if (below.z[j] > 0) return below.tail[j] - above.tail[j];
  return above.z[j] <= 0 ? above.tail[j] - below.tail[j] : 1 - above.tail[j] - below.tail[j];
}

function writePartials(
  { weight, inverseDeviation, relativeCenter, scale }: MixtureRow,
  below: Edge,
  above: Edge,
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
