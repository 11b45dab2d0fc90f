import type { SplitNetworkSpec } from "../network/splitNetworkSpec.ts";
import type { GraphBuilder, GraphValue } from "./graphBuilder.ts";
import type { DensityGraphInputs } from "./toOnnx.ts";

/** A split network as nodes: trials × numOutputs. `terms` is undefined where it has no term inputs. */
export function splitNetworkGraph(
  graph: GraphBuilder,
  { hidden, activation, hasSkip }: SplitNetworkSpec,
  prefix: string,
  weight: DensityGraphInputs["weight"],
  rows: GraphValue,
  terms: GraphValue | undefined,
): GraphValue {
  const product = (x: GraphValue, name: string): GraphValue | undefined => {
    const matrix = weight(name);
    return matrix && graph.node("MatMul", [x, graph.constant(matrix.values, matrix.shape)]);
  };
  const bias = (value: GraphValue, name: string): GraphValue => {
    const vector = weight(name);
    return vector === undefined ? value : graph.add(value, graph.constant(vector.values));
  };
  const split = (name: string): GraphValue => {
    const parts = [
      product(rows, `${prefix}.${name}.rowWeight`),
      terms && product(terms, `${prefix}.${name}.termWeight`),
    ];
    const [first, second] = parts.filter((part) => part !== undefined);
    if (first === undefined) throw new Error(`the network ${prefix} has no inputs`);
    return second === undefined ? first : graph.add(first, second);
  };
  let value = bias(split("0"), `${prefix}.0.bias`);
  let below = value;
  hidden.forEach((width, k) => {
    const active = activate(graph, activation, value);
    // Equal widths in succession are residual: `below` is the value under this layer.
    if (k > 0 && hidden[k - 1] === width) value = graph.add(active, below);
    else value = active;
    below = value;
    const next = product(value, `${prefix}.${k + 1}.weight`);
    if (next === undefined) throw new Error(`the network ${prefix} has no layer ${k + 1}`);
    value = bias(next, `${prefix}.${k + 1}.bias`);
  });
  return hasSkip ? graph.add(value, split("skip")) : value;
}

function activate(graph: GraphBuilder, activation: SplitNetworkSpec["activation"], z: GraphValue): GraphValue {
  switch (activation) {
    case "tanh":
      return graph.node("Tanh", [z]);
    case "relu":
      return graph.node("Relu", [z]);
    case "silu":
      return graph.mul(z, graph.node("Sigmoid", [z]));
    case "gelu": {
      // z Φ(z), by the error function.
      const cdf = graph.mul(graph.add(graph.node("Erf", [graph.mul(z, Math.SQRT1_2)]), 1), 0.5);
      return graph.mul(z, cdf);
    }
  }
}
