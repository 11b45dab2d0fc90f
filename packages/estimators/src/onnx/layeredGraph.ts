import { type LayeredSpec, layeredBlocks } from "../layered/layeredSpec.ts";
import { blockLength } from "../network/splitNetworkSpec.ts";
import { GRAPH_INPUT, type GraphBuilder, type GraphValue } from "./graphBuilder.ts";

const OPERATORS = { tanh: "Tanh", relu: "Relu", softplus: "Softplus" } as const;

/** A network of layers as it was imported: Gemm and activation, in turn. Bounds of columns are not in it. */
export function layeredGraph(graph: GraphBuilder, spec: LayeredSpec, weights: Float32Array): GraphValue {
  let at = 0;
  const blocks = new Map(
    layeredBlocks(spec).map(({ name, shape }) => {
      const from = at;
      at += blockLength(shape);
      return [name, weights.subarray(from, at)];
    }),
  );
  const block = (name: string): Float32Array => blocks.get(name) ?? new Float32Array(0);
  let flow = GRAPH_INPUT;
  spec.layers.forEach(({ numOutputs, activation }, k) => {
    const matrix =
      k === 0 ? Float32Array.from([...block("0.rowWeight"), ...block("0.termWeight")]) : block(`${k}.weight`);
    const inputs = matrix.length / numOutputs;
    flow = graph.node("Gemm", [flow, graph.constant(matrix, [inputs, numOutputs]), graph.constant(block(`${k}.bias`))]);
    if (activation !== "identity") flow = graph.node(OPERATORS[activation], [flow]);
  });
  return flow;
}
