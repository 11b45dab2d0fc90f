import {
  type AutoregressiveSpec,
  branchSpec,
  columnOrder,
  numericColumns,
  trunkSpec,
} from "../autoregressive/autoregressiveSpec.ts";
import { LOG_SCALE_BOUND } from "../autoregressive/gaussianLayer.ts";
import { LARGEST_LOG_SCALE, SMALLEST_LOG_SCALE } from "../autoregressive/mixtureHead.ts";
import type { CategoryColumn } from "../columns/categoryColumn.ts";
import { encodingWidth } from "../columns/encodedColumn.ts";
import { indicator } from "./encodingGraph.ts";
import type { GraphBuilder, GraphValue } from "./graphBuilder.ts";
import { splitNetworkGraph } from "./splitNetworkGraph.ts";
import type { DensityGraphInputs } from "./toOnnx.ts";

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** The log-density of an autoregressive estimator of continuous columns and categories: trials × 1. */
export function autoregressiveGraph(
  graph: GraphBuilder,
  spec: AutoregressiveSpec,
  inputs: DensityGraphInputs,
): GraphValue {
  const { features, conditions, columns, weight } = inputs;
  const isOne = spec.columns.map((column, c) =>
    column.kind === "category" ? indicators(graph, column, columns[c]) : [],
  );
  const numeric = numericColumns(spec.columns);
  const known = conditions === undefined ? [] : [conditions];
  const categories = spec.columns.flatMap((column, c) => isOne[c].slice(1, encodingWidth(column) + 1));
  // A category of one value has an indicator that is always 0.
  const lone = spec.columns.flatMap((column, c) =>
    column.kind === "category" && column.values.length === 1 ? [graph.mul(columns[c], 0)] : [],
  );
  const fixed = [...known, ...categories, ...lone];
  const residuals = gaussianGraph(graph, spec, inputs, fixed);
  const order = columnOrder(spec.columns);
  const numCategories = spec.columns.length - numeric.length;
  const terms = order.map((c, position) => {
    const before =
      position < numCategories
        ? [...known, ...order.slice(0, position).flatMap((b) => isOne[b].slice(1))]
        : [...fixed, ...residuals.values.slice(0, position - numCategories)];
    const seen = before.length === 0 ? undefined : graph.concat(before);
    const network = branchSpec(spec, position);
    const outputs = splitNetworkGraph(graph, network, `branch.${position}`, weight, features, seen);
    return position < numCategories
      ? categoryGraph(graph, outputs, isOne[c])
      : mixtureHeadGraph(graph, outputs, spec.numComponents, residuals.values[position - numCategories]);
  });
  return [...terms, ...residuals.logJacobian].reduce((sum, term) => graph.add(sum, term));
}

/** For each category, 1 where the column has it. */
function indicators(graph: GraphBuilder, { values }: CategoryColumn, column: GraphValue): GraphValue[] {
  return values.map((value) => indicator(graph, column, value));
}

function categoryGraph(graph: GraphBuilder, logits: GraphValue, isOne: readonly GraphValue[]): GraphValue {
  const logProbabilities = graph.node("LogSoftmax", [logits], { axis: { integer: 1 } });
  return graph.reduce("ReduceSum", graph.mul(logProbabilities, graph.concat(isOne)));
}

/** `GaussianLayer` as nodes: the residuals e, and −log σ of each column. */
function gaussianGraph(
  graph: GraphBuilder,
  spec: AutoregressiveSpec,
  { features, columns, weight }: DensityGraphInputs,
  fixed: readonly GraphValue[],
): { readonly values: readonly GraphValue[]; readonly logJacobian: readonly GraphValue[] } {
  const trunk = trunkSpec(spec);
  if (trunk === undefined) return { values: [], logJacobian: [] };
  const seen = fixed.length === 0 ? undefined : graph.concat(fixed);
  const locations = splitNetworkGraph(graph, trunk.location, "location", weight, features, seen);
  const spreads = splitNetworkGraph(graph, trunk.spread, "spread", weight, features, seen);
  const numeric = numericColumns(spec.columns);
  const D = numeric.length;
  const logScales = numeric.map((_, n) => {
    const bent = graph.node("Tanh", [graph.div(graph.columns(spreads, n, 1), LOG_SCALE_BOUND)]);
    return graph.mul(bent, LOG_SCALE_BOUND);
  });
  const standardized = numeric.map((c, n) => {
    const deviation = graph.sub(columns[c], graph.columns(locations, n, 1));
    return graph.mul(deviation, graph.node("Exp", [graph.node("Neg", [logScales[n]])]));
  });
  const values = standardized.map((z, n) => {
    let residual = z;
    for (let j = 0; j < n && spec.isCoupled; j++) {
      const coupling = graph.columns(spreads, D + (n * (n - 1)) / 2 + j, 1);
      residual = graph.add(residual, graph.mul(coupling, standardized[j]));
    }
    return residual;
  });
  return { values, logJacobian: logScales.map((logScale) => graph.node("Neg", [logScale])) };
}

/** log of a mixture of normals: K logits, K means, K log scales. */
function mixtureHeadGraph(graph: GraphBuilder, outputs: GraphValue, K: number, x: GraphValue): GraphValue {
  const logWeights = graph.node("LogSoftmax", [graph.columns(outputs, 0, K)], { axis: { integer: 1 } });
  const held = [SMALLEST_LOG_SCALE, LARGEST_LOG_SCALE].map((bound) => graph.constant(bound));
  const logScales = graph.node("Clip", [graph.columns(outputs, 2 * K, K), ...held]);
  const deviation = graph.sub(x, graph.columns(outputs, K, K));
  const z = graph.mul(deviation, graph.node("Exp", [graph.node("Neg", [logScales])]));
  const normals = graph.sub(graph.sub(graph.mul(graph.mul(z, z), -0.5), logScales), HALF_LOG_TWO_PI);
  return graph.reduce("ReduceLogSumExp", graph.add(logWeights, normals));
}
