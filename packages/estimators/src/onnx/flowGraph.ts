import { type FlowSpec, flowBlocks, flowNetworkSpec } from "../flow/flowSpec.ts";
import { LOG_SCALE_LIMIT } from "../flow/flowTransform.ts";
import type { GraphBuilder, GraphValue } from "./graphBuilder.ts";
import { splitNetworkGraph } from "./splitNetworkGraph.ts";
import type { DensityGraphInputs } from "./toOnnx.ts";

const LOG_TWO_PI = Math.log(2 * Math.PI);

/** The log-density of a masked autoregressive flow of affine transforms: trials × 1. */
export function flowGraph(
  graph: GraphBuilder,
  spec: FlowSpec,
  { features, conditions, columns, weight }: DensityGraphInputs,
): GraphValue {
  const D = columns.length;
  const network = flowNetworkSpec(spec);
  const held = maskedWeights(spec, weight);
  let x = graph.concat(columns);
  let logDensity = graph.constant(-0.5 * D * LOG_TWO_PI);
  for (let k = 0; k < spec.orders.length; k++) {
    const seen = conditions === undefined ? x : graph.concat([x, conditions]);
    const terms = network.numTermInputs > 0 ? seen : undefined;
    // Linear paths of later transforms are held at 0: see `flowBlocks`.
    const shape = { ...network, hasSkip: network.hasSkip && k === 0 };
    const outputs = splitNetworkGraph(graph, shape, `transform.${k}`, held, features, terms);
    const logScale = clamped(graph, graph.columns(outputs, D, D));
    const scale = graph.node("Exp", [graph.node("Neg", [logScale])]);
    x = graph.mul(graph.sub(x, graph.columns(outputs, 0, D)), scale);
    logDensity = graph.sub(logDensity, graph.reduce("ReduceSum", logScale));
  }
  return graph.sub(logDensity, graph.mul(graph.reduce("ReduceSum", graph.mul(x, x)), 0.5));
}

/** raw / (1 + |raw| / limit), as the kernel `affineForward` has it. */
function clamped(graph: GraphBuilder, raw: GraphValue): GraphValue {
  return graph.div(raw, graph.add(graph.div(graph.node("Abs", [raw]), LOG_SCALE_LIMIT), 1));
}

/** The weights with 0 where a mask holds them, whatever stands in the file. */
function maskedWeights(spec: FlowSpec, weight: DensityGraphInputs["weight"]): DensityGraphInputs["weight"] {
  const masks = new Map(flowBlocks(spec).map(({ name, mask }) => [name, mask]));
  return (name) => {
    const found = weight(name);
    const mask = masks.get(name);
    return found && mask ? { ...found, values: found.values.map((value, i) => value * mask[i]) } : found;
  };
}
