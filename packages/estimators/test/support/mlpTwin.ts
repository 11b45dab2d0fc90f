import type { Activation } from "@poolish/kernels";
import { standardNormalCdf } from "@poolish/math";
import type { MlpSpec } from "../../src/mlp.ts";

/** Unit roundoff of float32. */
const U = 2 ** -24;

/** A float64 matrix, row-major, and for each element how far the float32 network may be off. */
export interface Bounded {
  readonly values: Float64Array;
  readonly error: Float64Array;
}

interface ActivationTwin {
  value(z: number): number;
  slope(z: number): number;
  /** Largest |f′| and |f″|; the second is 0 for relu, whose kink is treated apart. */
  readonly steepest: number;
  readonly bend: number;
  /** Documented errors of the kernels: of f(z), and of f′(z) given the y and z that they see. */
  valueError(z: number): number;
  readonly slopeError: number;
}

const density = (z: number) => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

const TWINS: Readonly<Record<Activation, ActivationTwin>> = {
  tanh: {
    value: Math.tanh,
    slope: (z) => 1 - Math.tanh(z) ** 2,
    steepest: 1,
    bend: 0.77,
    valueError: (z) => 2e-7 * Math.abs(Math.tanh(z)),
    // 3e-7 of 1 - y², and y itself is off by 2e-7: 2|y| · 2e-7.
    slopeError: 7e-7,
  },
  relu: {
    value: (z) => Math.max(z, 0),
    slope: (z) => (z > 0 ? 1 : 0),
    steepest: 1,
    bend: 0,
    valueError: () => 0,
    slopeError: 0,
  },
  gelu: {
    value: (z) => z * standardNormalCdf(z),
    slope: (z) => standardNormalCdf(z) + z * density(z),
    steepest: 1.13,
    bend: 0.8,
    valueError: (z) => (7e-7 + z * z * U) * Math.abs(z * standardNormalCdf(z)) + 1e-9,
    slopeError: 4e-7,
  },
  silu: {
    value: (z) => z * sigmoid(z),
    slope: (z) => sigmoid(z) * (1 + z * (1 - sigmoid(z))),
    steepest: 1.1,
    bend: 0.5,
    valueError: (z) => 3e-7 * Math.abs(z * sigmoid(z)) + 1e-9,
    slopeError: 4e-7,
  },
};

interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly from: number;
}

function layersOf({ widths }: MlpSpec): Layer[] {
  let from = 0;
  return widths.slice(1).map((outputs, i) => {
    const layer = { inputs: widths[i], outputs, from };
    from += (widths[i] + 1) * outputs;
    return layer;
  });
}

const zeros = (length: number): Bounded => ({ values: new Float64Array(length), error: new Float64Array(length) });

/** x·W + b with its error: what x is off by, and (inputs + 1) roundings of all that is summed. */
function denseTwin(x: Bounded, weights: ArrayLike<number>, { inputs, outputs, from }: Layer, numRows: number): Bounded {
  const y = zeros(numRows * outputs);
  for (let r = 0; r < numRows; r++) {
    for (let j = 0; j < outputs; j++) {
      let value = weights[from + inputs * outputs + j];
      let size = Math.abs(value);
      let passed = 0;
      for (let i = 0; i < inputs; i++) {
        const w = weights[from + i * outputs + j];
        value += w * x.values[r * inputs + i];
        passed += Math.abs(w) * x.error[r * inputs + i];
        size += Math.abs(w) * (Math.abs(x.values[r * inputs + i]) + x.error[r * inputs + i]);
      }
      y.values[r * outputs + j] = value;
      y.error[r * outputs + j] = passed + 1.01 * (inputs + 1) * U * size;
    }
  }
  return y;
}

export interface MlpTwinResult {
  readonly output: Bounded;
  readonly inputGradient: Bounded;
  readonly weightGradient: Bounded;
}

/** The network, naively and in float64, with a bound on the float32 network's error at every element. */
export function mlpTwin(
  spec: MlpSpec,
  weights: ArrayLike<number>,
  input: Float64Array,
  outputGradient: Float64Array,
  numRows: number,
): MlpTwinResult {
  const activation = TWINS[spec.activation];
  const layers = layersOf(spec);
  const inputs: Bounded[] = [];
  const preactivations: Bounded[] = [];
  let x: Bounded = { values: input, error: new Float64Array(input.length) };
  layers.forEach((layer, l) => {
    inputs.push(x);
    const z = denseTwin(x, weights, layer, numRows);
    preactivations.push(z);
    if (l === layers.length - 1) {
      x = z;
      return;
    }
    x = {
      values: z.values.map(activation.value),
      error: z.values.map((value, i) => activation.steepest * z.error[i] + activation.valueError(value) + U * 1e-6),
    };
  });
  const weightGradient = zeros(weights.length);
  let dy: Bounded = { values: outputGradient, error: new Float64Array(outputGradient.length) };
  for (let l = layers.length - 1; l >= 0; l--) {
    if (l < layers.length - 1) dy = throughActivation(activation, preactivations[l], dy);
    addWeightGradient(layers[l], inputs[l], dy, numRows, weightGradient);
    dy = inputGradientTwin(layers[l], weights, dy, numRows);
  }
  return { output: x, inputGradient: dy, weightGradient };
}

function throughActivation(activation: ActivationTwin, z: Bounded, dy: Bounded): Bounded {
  const slopes = z.values.map(activation.slope);
  return {
    values: dy.values.map((value, i) => value * slopes[i]),
    error: dy.values.map((value, i) => {
      // A kink within the error of z may fall on either side.
      const isAtKink = activation.bend === 0 && Math.abs(z.values[i]) <= z.error[i];
      const slopeError = isAtKink ? 1 : activation.bend * z.error[i] + activation.slopeError;
      const size = Math.abs(value) + dy.error[i];
      return dy.error[i] * (Math.abs(slopes[i]) + slopeError) + size * (slopeError + U * activation.steepest);
    }),
  };
}

function addWeightGradient(
  { inputs, outputs, from }: Layer,
  x: Bounded,
  dy: Bounded,
  numRows: number,
  to: Bounded,
): void {
  for (let r = 0; r < numRows; r++) {
    for (let j = 0; j < outputs; j++) {
      const d = dy.values[r * outputs + j];
      const dError = dy.error[r * outputs + j];
      // The last "input" is the bias's constant 1.
      for (let i = 0; i <= inputs; i++) {
        const value = i === inputs ? 1 : x.values[r * inputs + i];
        const error = i === inputs ? 0 : x.error[r * inputs + i];
        const at = from + i * outputs + j;
        const size = (Math.abs(value) + error) * (Math.abs(d) + dError);
        to.values[at] += value * d;
        to.error[at] += Math.abs(value) * dError + error * (Math.abs(d) + dError) + 131 * U * size + 1e-30;
      }
    }
  }
}

function inputGradientTwin(
  { inputs, outputs, from }: Layer,
  weights: ArrayLike<number>,
  dy: Bounded,
  numRows: number,
): Bounded {
  const dx = zeros(numRows * inputs);
  for (let r = 0; r < numRows; r++) {
    for (let i = 0; i < inputs; i++) {
      for (let j = 0; j < outputs; j++) {
        const w = weights[from + i * outputs + j];
        const size = Math.abs(w) * (Math.abs(dy.values[r * outputs + j]) + dy.error[r * outputs + j]);
        dx.values[r * inputs + i] += w * dy.values[r * outputs + j];
        dx.error[r * inputs + i] += Math.abs(w) * dy.error[r * outputs + j] + 1.01 * (outputs + 1) * U * size;
      }
    }
  }
  return dx;
}
