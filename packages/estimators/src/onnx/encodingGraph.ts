import type { Bound, ContinuousColumn } from "../columns/continuousColumn.ts";
import type { EncodedColumn } from "../columns/encodedColumn.ts";
import type { Feature } from "../features.ts";
import type { GraphBuilder, GraphValue } from "./graphBuilder.ts";

/** Columns as a density sees them, and Σ log |dy/dx|. */
export interface EncodedGraph {
  readonly columns: readonly GraphValue[];
  readonly logJacobian: GraphValue | undefined;
}

/** `writeFeatures` as nodes. */
export function featureGraph(
  graph: GraphBuilder,
  features: readonly Feature[],
  theta: readonly GraphValue[],
): GraphValue {
  return graph.concat(
    features.map((feature) => {
      const { parameter, transform, lower, upper, mean, standardDeviation } = feature;
      const value = theta[parameter];
      const above = (): GraphValue => graph.sub(value, lower);
      const below = (): GraphValue => graph.sub(graph.constant(upper), value);
      const log = (a: GraphValue): GraphValue => graph.node("Log", [a]);
      const transformed = {
        identity: () => value,
        log: () => log(above()),
        sqrt: () => graph.node("Sqrt", [above()]),
        logit: () => graph.sub(log(above()), log(below())),
      }[transform]();
      return graph.div(graph.sub(transformed, mean), standardDeviation);
    }),
  );
}

/** `encodeColumn` as nodes: `x` and `theta` are one column each. */
export function encodeColumns(
  graph: GraphBuilder,
  specs: readonly EncodedColumn[],
  x: readonly GraphValue[],
  theta: readonly GraphValue[],
): EncodedGraph {
  const jacobians: GraphValue[] = [];
  const columns = specs.map((spec, c) => {
    if (spec.kind !== "continuous") return x[c];
    const { value, logSlope } = transformed(graph, spec, x[c], theta);
    const logDeviation = Math.log(spec.standardDeviation);
    jacobians.push(logSlope === undefined ? graph.constant(-logDeviation, [1, 1]) : graph.sub(logSlope, logDeviation));
    return graph.div(graph.sub(value, spec.mean), spec.standardDeviation);
  });
  if (jacobians.length === 0) return { columns, logJacobian: undefined };
  return { columns, logJacobian: jacobians.reduce((sum, each) => graph.add(sum, each)) };
}

/** 1 where the column has this category, else 0. */
export function indicator(graph: GraphBuilder, column: GraphValue, category: number): GraphValue {
  const isEqual = graph.node("Equal", [column, graph.constant(category)]);
  return graph.node("Cast", [isEqual], { to: { integer: 1 } });
}

/** log of a distance, and its slope, both continued below the edge by the tangent. */
interface EdgedLog {
  readonly value: GraphValue;
  readonly slope: GraphValue;
}

function edgedLog(graph: GraphBuilder, distance: GraphValue, edge: number): EdgedLog {
  const held = graph.node("Max", [distance, graph.constant(edge)]);
  // max(0, edge − d) / edge is what the tangent loses below the edge.
  const missing = graph.node("Relu", [graph.sub(graph.constant(edge), distance)]);
  const value = graph.sub(graph.node("Log", [held]), graph.div(missing, edge));
  return { value, slope: graph.node("Reciprocal", [held]) };
}

function transformed(
  graph: GraphBuilder,
  { transform, lower, upper, edge }: ContinuousColumn,
  x: GraphValue,
  theta: readonly GraphValue[],
): { readonly value: GraphValue; readonly logSlope: GraphValue | undefined } {
  const boundOf = (bound: Bound): GraphValue =>
    typeof bound === "number" ? graph.constant(bound) : theta[bound.parameter];
  const above = (): EdgedLog => edgedLog(graph, graph.sub(x, boundOf(lower)), edge);
  const below = (): EdgedLog => edgedLog(graph, graph.sub(boundOf(upper), x), edge);
  const log = (a: GraphValue): GraphValue => graph.node("Log", [a]);
  if (transform === "log") {
    const { value, slope } = above();
    return { value, logSlope: log(slope) };
  }
  if (transform === "reflectedLog") {
    const { value, slope } = below();
    return { value: graph.node("Neg", [value]), logSlope: log(slope) };
  }
  if (transform === "logit") {
    const [low, high] = [above(), below()];
    return { value: graph.sub(low.value, high.value), logSlope: log(graph.add(low.slope, high.slope)) };
  }
  return { value: x, logSlope: undefined };
}
