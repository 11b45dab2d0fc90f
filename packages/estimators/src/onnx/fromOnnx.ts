import type { ColumnSpec } from "@poolish/core";
import { resolveBounds } from "../columns/continuousColumn.ts";
import type { EncodedColumn } from "../columns/encodedColumn.ts";
import { createEstimator } from "../createEstimator.ts";
import type { Estimator } from "../estimator.ts";
import type { EstimatorSpec } from "../estimatorSpec.ts";
import { numMassPoints } from "../layered/createLayeredMass.ts";
import type { LayeredSpec } from "../layered/layeredSpec.ts";
import { checkNetwork, type NetworkCheck } from "./checkNetwork.ts";
import { chooseMassGrid } from "./chooseMassGrid.ts";
import { type NetworkLayer, networkLayers } from "./networkLayers.ts";
import { networkSteps, refuseNode } from "./networkSteps.ts";
import { type OnnxModel, readOnnx } from "./onnxModel.ts";
import { type OnnxSpec, requireOnnxSpec } from "./onnxSpec.ts";

export interface FromOnnxOptions {
  /** Is told what a user should know but nobody must stop for; by default the console is. */
  readonly onWarning?: (message: string) => void;
  /**
   * Divides the density by its mass at each θ row, summed over a grid: a network that integrates to 1.02 here and to 1 there pulls
   * parameters, by as much as all trials together say so. It costs as much as some 160 trials a row (`report.normaliser`).
   * False if absent: the network as it is.
   */
  readonly normalise?: boolean;
}

/** What an import found. */
export interface OnnxReport extends NetworkCheck {
  readonly producer: string;
  readonly opset: number;
  /** Parameters, conditions and columns. */
  readonly numInputs: number;
  /** How many trials the graph takes at once: a fixed number, or any. It is evaluated for any number here. */
  readonly batch: number | "any";
  /** The layers, "tanh 100": activation and width. */
  readonly layers: readonly string[];
  /** `mass` of the network itself; `mass` is that of the density, which is 1 if it is normalised. */
  readonly networkMass: NetworkCheck["mass"];
  /** Network evaluations that the mass at one θ row takes; 0 if the density is not normalised. */
  readonly normaliser: number;
  readonly warnings: readonly string[];
}

/** A network of others: an estimator like those that were trained here. */
export interface ImportedNetwork extends Estimator {
  readonly report: OnnxReport;
}

/**
 * The likelihood of an ONNX file whose network gives the log-density of one trial, as those of LANfactory and HSSM do (Fengler
 * et al. 2021, eLife 10:e65074): a chain of Gemm, or MatMul and Add, with Tanh, Relu, Sigmoid or Softplus, and arithmetic with
 * constants; inputs are parameters, conditions, then columns. Layers run in float32, with gradients in the parameters. It is saved
 * and sent to workers as other estimators are.
 * @throws PoolishError (kind file) with the byte, the tensor or the node that is wrong; (kind input) for a specification that does
 * not fit.
 */
export function fromOnnx(
  bytes: Uint8Array,
  spec: OnnxSpec,
  { onWarning = console.warn, normalise = false }: FromOnnxOptions = {},
): ImportedNetwork {
  requireOnnxSpec(spec);
  const { parameters, conditions = [], columns } = spec;
  const numInputs = parameters.length + conditions.length + columns.length;
  const model = readOnnx(bytes);
  const { batch, warnings } = requirePorts(model, numInputs);
  const layers = networkLayers(networkSteps(model, numInputs));
  const last = layers[layers.length - 1];
  if (last.numOutputs !== 1) refuseNode(last.node, `the network has ${last.numOutputs} outputs, a log-density is one`);
  const network = createEstimator(estimatorSpec(spec, layers, model), flatWeights(layers));
  const { mass: networkMass, ...found } = checkNetwork(network);
  const { estimator, numPoints } = normalise ? normalised(network) : { estimator: network, numPoints: 0 };
  const check = normalise ? checkNetwork(estimator) : { ...found, mass: networkMass };
  const report: OnnxReport = {
    ...check,
    producer: model.producer,
    opset: model.opset,
    numInputs,
    batch,
    layers: layers.map(({ activation, numOutputs }) => `${activation} ${numOutputs}`),
    networkMass,
    normaliser: numPoints,
    warnings: [...warnings, ...check.warnings],
  };
  for (const warning of report.warnings) onWarning(`${spec.name ?? "ONNX network"}: ${warning}`);
  return { ...estimator, report };
}

function normalised({ spec, weights }: Estimator): { readonly estimator: Estimator; readonly numPoints: number } {
  const normaliser = chooseMassGrid(spec, weights);
  if (spec.density.kind !== "layered") throw new Error("an imported network is layered");
  const density: LayeredSpec = { ...spec.density, normaliser };
  return { estimator: createEstimator({ ...spec, density }, weights), numPoints: numMassPoints(density) };
}

function requirePorts(
  { inputs, outputs }: OnnxModel,
  numInputs: number,
): { readonly batch: OnnxReport["batch"]; readonly warnings: readonly string[] } {
  if (inputs.length !== 1) refuseNode("input", `the graph has ${inputs.length} inputs, expected 1`);
  if (outputs.length === 0) refuseNode("output", "the graph has no output");
  const [{ name, dims }] = inputs;
  const width = dims[dims.length - 1];
  if (width !== undefined && width !== numInputs) {
    const message = `the network takes ${width} numbers a trial, the specification names ${numInputs}`;
    refuseNode(name, message, "Name parameters, conditions and columns in the order of the network's inputs.");
  }
  const first = dims.length > 1 ? dims[0] : 1;
  const isMany = first !== undefined && first > 1;
  const warnings = isMany ? [`its graph is for ${first} trials at once; it is evaluated trial by trial here`] : [];
  return { batch: first ?? "any", warnings };
}

function estimatorSpec(spec: OnnxSpec, layers: readonly NetworkLayer[], model: OnnxModel): EstimatorSpec {
  const { name = "ONNX network", parameters, conditions = [], columns } = spec;
  const density: LayeredSpec = {
    kind: "layered",
    columns: columns.map((column) => encodedColumn(column, spec)),
    numFeatures: parameters.length,
    numConditions: conditions.length,
    layers: layers.map(({ numOutputs, activation }) => ({ numOutputs, activation })),
  };
  return {
    format: "poolish-estimator",
    version: 1,
    target: "likelihood",
    parameters,
    columns,
    conditions,
    features: parameters.map(({ support: { lower, upper } }, parameter) => {
      return { parameter, transform: "identity", lower, upper, mean: 0, standardDeviation: 1 };
    }),
    conditionScales: conditions.map(() => ({ mean: 0, standardDeviation: 1 })),
    density,
    numMembers: 1,
    provenance: {
      simulator: name,
      simulationSeed: 0,
      numSimulations: 0,
      numDropped: 0,
      trainingSeed: 0,
      backend: `ONNX, ${model.producer}, opset ${model.opset}`,
      histories: [],
      keptEpochs: [],
      heldOutLogDensity: Number.NaN,
    },
  };
}

/** A column as the network reads it: nothing is transformed. */
function encodedColumn(column: ColumnSpec, { parameters, edge }: OnnxSpec): EncodedColumn {
  const { kind, categories = [] } = column;
  if (kind === "category") return { kind, values: categories };
  if (kind === "count") return { kind, scale: { mean: 0, standardDeviation: 1 }, largestCount: 0 };
  const { lower, upper } = resolveBounds(
    column,
    parameters.map(({ name }) => name),
  );
  const bounding = [lower, upper].find((bound) => typeof bound !== "number");
  const box = bounding === undefined ? [0, 1] : parameters[bounding.parameter].box;
  return {
    kind,
    transform: "held",
    lower,
    upper,
    edge: edge ?? 1e-3 * (box[1] - box[0]),
    mean: 0,
    standardDeviation: 1,
  };
}

/** In the order of `layeredBlocks`: each layer's matrix (parameters above the other inputs in the first) and its bias. */
function flatWeights(layers: readonly NetworkLayer[]): Float32Array {
  return Float32Array.from(layers.flatMap(({ weights, bias }) => [...weights, ...bias]));
}
