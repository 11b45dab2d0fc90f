import { type Likelihood, PoolishError } from "@poolish/core";
import type { CompiledModel, Observation, PlainObservation, Variable } from "../model/compiledModel.ts";
import { type Dim, sizeOf } from "./dims.ts";
import { createGraph, type Graph } from "./graph.ts";
import type { TracedNode } from "./node.ts";

interface NamedNode {
  readonly name: string;
  readonly kind: Variable["kind"];
  readonly node: TracedNode;
}

/** What has been said so far by a model function that is being traced. */
export interface ModelBuilder {
  readonly graph: Graph;
  /** The plates around the code that runs now, outermost first. */
  readonly plates: Dim[];
  readonly coords: Map<string, readonly string[]>;
  readonly notices: string[];
  readonly plainObservations: PlainObservation[];
  readonly observations: Observation[];
  /** @throws PoolishError when a site or plate of that name exists: variables and axes share a namespace in result files. */
  claimName(name: string): void;
  addVariable(variable: NamedNode): void;
  /** The index of `likelihood` among those of the model; each is kept once. */
  likelihoodIndex(likelihood: Likelihood): number;
  finish(name: string): { readonly model: CompiledModel; readonly likelihoods: readonly Likelihood[] };
}

export function createModelBuilder(): ModelBuilder {
  const graph = createGraph();
  const names = new Set(["chain", "draw"]);
  const variables: NamedNode[] = [];
  const likelihoods: Likelihood[] = [];
  const builder: ModelBuilder = {
    graph,
    plates: [],
    coords: new Map(),
    notices: [],
    plainObservations: [],
    observations: [],
    claimName(name) {
      if (names.has(name)) {
        throw new PoolishError("this name is already taken by another site, a plate, or the axes chain and draw", {
          kind: "model",
          field: name,
          remedy: "Give each plate and each sample, observe and deterministic site a name of its own.",
        });
      }
      names.add(name);
    },
    addVariable: (variable) => {
      variables.push(variable);
    },
    likelihoodIndex(likelihood) {
      const known = likelihoods.indexOf(likelihood);
      return known >= 0 ? known : likelihoods.push(likelihood) - 1;
    },
    finish: (name) => ({ model: assemble(name, builder, variables, likelihoods), likelihoods }),
  };
  return builder;
}

function assemble(
  name: string,
  builder: ModelBuilder,
  variables: readonly NamedNode[],
  likelihoods: readonly Likelihood[],
): CompiledModel {
  const finished = builder.graph.finish(variables.map(({ node }) => node.id));
  return {
    format: "poolish-model",
    version: 1,
    name,
    layout: finished.layout,
    constants: finished.constants,
    instructions: finished.instructions,
    variables: variables.map(({ name: variable, kind, node }) => ({
      name: variable,
      kind,
      dims: node.dims.map((dim, axis) => (dim.name === "" ? `${variable}_dim_${axis}` : dim.name)),
      shape: node.dims.map(({ size }) => size),
      slot: { offset: finished.slotOf(node.id).offset, size: sizeOf(node.dims) },
    })),
    coords: Object.fromEntries(builder.coords),
    likelihoods: likelihoods.map((likelihood) => likelihood.toDescriptor()),
    observations: builder.observations,
    plainObservations: builder.plainObservations,
    notices: builder.notices,
  };
}
