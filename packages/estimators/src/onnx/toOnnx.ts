import { PoolishError } from "@poolish/core";
import { encodedColumns } from "../density/densitySpec.ts";
import type { Estimator } from "../estimator.ts";
import type { EstimatorSpec } from "../estimatorSpec.ts";
import { toTensors } from "../weightTensors.ts";
import { autoregressiveGraph } from "./autoregressiveGraph.ts";
import { type EncodedGraph, encodeColumns, featureGraph, indicator } from "./encodingGraph.ts";
import { flowGraph } from "./flowGraph.ts";
import { GRAPH_INPUT, type GraphBuilder, type GraphValue, graphBuilder } from "./graphBuilder.ts";
import { layeredGraph } from "./layeredGraph.ts";
import { mixtureGraph } from "./mixtureGraph.ts";

/** What a density's graph is made of. */
export interface DensityGraphInputs {
  /** trials × numFeatures, standardised. */
  readonly features: GraphValue;
  /** trials × numConditions, standardised; undefined for none. */
  readonly conditions: GraphValue | undefined;
  /** One value for each column: standardised numbers, or categories as they are in the data. */
  readonly columns: readonly GraphValue[];
  /** A weight by the name that `densityBlocks` has for it: its numbers and shape. */
  weight(name: string): { readonly values: Float32Array; readonly shape: readonly number[] } | undefined;
}

/**
 * The whole log-density of an estimator as an ONNX graph (opset 17): one input `x`, trials × (parameters, conditions, columns), one
 * output `log_density`, trials × 1. Bounds of columns are in it; supports of parameters are not. An imported network, and a network
 * of one chain, can be read again by `fromOnnx`.
 * @throws PoolishError (kind input) for columns of counts, flows of splines and vector fields, whose operations ONNX has not, or
 * not in few nodes.
 */
export function toOnnx({ spec, weights }: Pick<Estimator, "spec" | "weights">): Uint8Array {
  requireWritable(spec);
  const graph = graphBuilder();
  const { parameters, conditions, columns, density, numMembers } = spec;
  const numInputs = parameters.length + conditions.length + columns.length;
  if (density.kind === "layered") return graph.finish(numInputs, layeredGraph(graph, density, weights));
  const theta = parameters.map((_, p) => graph.columns(GRAPH_INPUT, p, 1));
  const x = columns.map((_, c) => graph.columns(GRAPH_INPUT, parameters.length + conditions.length + c, 1));
  const encoded = encodeColumns(graph, encodedColumns(density), x, theta);
  const features = featureGraph(graph, spec.features, theta);
  const tensors = toTensors(spec, weights);
  const members = Array.from({ length: numMembers }, (_, k) => {
    const prefix = numMembers === 1 ? "" : `member.${k}.`;
    const weight: DensityGraphInputs["weight"] = (name) => {
      const found = tensors[`${prefix}${name}`];
      return found?.dtype === "F32" ? { values: found.values, shape: found.shape } : undefined;
    };
    const inputs = { features, conditions: conditionGraph(graph, spec), columns: encoded.columns, weight };
    return memberGraph(graph, spec, inputs);
  });
  return graph.finish(numInputs, withJacobian(graph, members, encoded));
}

function memberGraph(graph: GraphBuilder, { density }: EstimatorSpec, inputs: DensityGraphInputs): GraphValue {
  switch (density.kind) {
    case "mixture-density":
      return mixtureGraph(graph, density, inputs);
    case "flow":
      return flowGraph(graph, density, inputs);
    case "autoregressive":
      return autoregressiveGraph(graph, density, inputs);
    default:
      throw new Error(`there is no graph of ${density.kind}`);
  }
}

/** The log of the members' mean density, times |dy/dx|. */
function withJacobian(graph: GraphBuilder, members: readonly GraphValue[], { logJacobian }: EncodedGraph): GraphValue {
  const joint = graph.concat(members);
  const mean =
    members.length === 1 ? joint : graph.sub(graph.reduce("ReduceLogSumExp", joint), Math.log(members.length));
  return logJacobian === undefined ? mean : graph.add(mean, logJacobian);
}

function conditionGraph(graph: GraphBuilder, { parameters, conditionScales }: EstimatorSpec): GraphValue | undefined {
  if (conditionScales.length === 0) return undefined;
  const encoded = conditionScales.flatMap((scale, k) => {
    const value = graph.columns(GRAPH_INPUT, parameters.length + k, 1);
    if (!("values" in scale)) return [graph.div(graph.sub(value, scale.mean), scale.standardDeviation)];
    // A category of one value has an indicator that is always 0.
    if (scale.values.length === 1) return [graph.mul(value, 0)];
    return scale.values.slice(1).map((category) => indicator(graph, value, category));
  });
  return graph.concat(encoded);
}

function requireWritable({ density, columns }: EstimatorSpec): void {
  if (density.kind === "layered" && density.normaliser !== undefined) {
    throw new PoolishError("an imported network that is normalised by sums over a grid has no ONNX form", {
      kind: "input",
      field: "density",
      remedy: "Write the network as it was imported without normalise, or save the estimator as it is.",
    });
  }
  const counts = density.kind === "layered" ? undefined : columns.find(({ kind }) => kind === "count");
  const what = counts === undefined ? withoutForm(density) : LOST_MASSES;
  if (what === undefined) return;
  throw new PoolishError(what, {
    kind: "input",
    field: counts?.name ?? "density",
    remedy:
      'Save the estimator as it is, or train nle({ density: "mdn" }), "maf" or "autoregressive" on continuous columns.',
  });
}

const LOST_MASSES =
  "masses of counts need differences of normal distribution functions far in their tails, which float32 operators of ONNX lose";

function withoutForm(density: EstimatorSpec["density"]): string | undefined {
  if (density.kind === "flow" && density.transform.kind === "spline") return "a flow of splines has no ONNX form here";
  const hasForm = density.kind !== "count-mixture" && density.kind !== "vector-field";
  return hasForm ? undefined : `a density of kind ${density.kind} has no ONNX form here`;
}
