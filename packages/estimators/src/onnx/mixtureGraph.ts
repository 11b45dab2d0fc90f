import { type MixtureDensitySpec, mixtureNetworkSpec, triangleLength } from "../mixtureDensity/mixtureDensitySpec.ts";
import type { GraphBuilder, GraphValue } from "./graphBuilder.ts";
import { splitNetworkGraph } from "./splitNetworkGraph.ts";
import type { DensityGraphInputs } from "./toOnnx.ts";

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** The log-density of a mixture of normals with full covariance: trials × 1. */
export function mixtureGraph(
  graph: GraphBuilder,
  spec: MixtureDensitySpec,
  { features, conditions, columns, weight }: DensityGraphInputs,
): GraphValue {
  const { numComponents: K } = spec;
  const D = columns.length;
  const outputs = splitNetworkGraph(graph, mixtureNetworkSpec(spec), "mixture", weight, features, conditions);
  const logWeights = graph.node("LogSoftmax", [graph.columns(outputs, 0, K)], { axis: { integer: 1 } });
  const components = Array.from({ length: K }, (_, k) => {
    const deviations = columns.map((column, c) => graph.sub(column, graph.columns(outputs, K + k * D + c, 1)));
    const triangle = K + K * D + k * triangleLength(D);
    return normalGraph(graph, deviations, (place) => graph.columns(outputs, triangle + place, 1));
  });
  return graph.reduce("ReduceLogSumExp", graph.add(logWeights, graph.concat(components)));
}

/** log N of deviations with the factor L of their precision, by rows, logarithms on the diagonal: z = L d. */
function normalGraph(
  graph: GraphBuilder,
  deviations: readonly GraphValue[],
  factor: (place: number) => GraphValue,
): GraphValue {
  let place = 0;
  const terms = deviations.map((deviation, row) => {
    let sum: GraphValue | undefined;
    for (let column = 0; column < row; column++) {
      const part = graph.mul(factor(place++), deviations[column]);
      sum = sum === undefined ? part : graph.add(sum, part);
    }
    const logDiagonal = factor(place++);
    const own = graph.mul(graph.node("Exp", [logDiagonal]), deviation);
    const z = sum === undefined ? own : graph.add(sum, own);
    return graph.sub(graph.sub(logDiagonal, graph.mul(graph.mul(z, z), 0.5)), HALF_LOG_TWO_PI);
  });
  return terms.reduce((total, term) => graph.add(total, term));
}
