import { type Likelihood, PoolishError } from "@poolish/core";
import type { CompiledModel, Observation, PlainObservation, Variable } from "../model/compiledModel.ts";
import { callerLine } from "./callerLine.ts";
import { type Dim, sizeOf } from "./dims.ts";
import { createGraph, type Graph } from "./graph.ts";
import type { Value } from "./value.ts";

interface NamedNode {
  readonly name: string;
  readonly kind: Variable["kind"];
  readonly node: Value;
}

/** What has been said so far by a model function that is being traced. */
export interface ModelBuilder {
  readonly graph: Graph;
  /** The plates around the code that runs now, outermost first. */
  readonly plates: Dim[];
  readonly coords: Map<string, readonly string[]>;
  readonly notices: string[];
  /** @throws PoolishError when a site or plate of that name exists: variables and axes share a namespace in result files. */
  claimName(name: string): void;
  addVariable(variable: NamedNode): void;
  addPlainObservation(observation: PlainObservation): void;
  /** Returns its number. */
  addObservation(observation: Observation): number;
  /** Adds Σ value to the target. */
  addFactor(value: Value): void;
  /** True when some data, or a factor, bears on the latent values. */
  hasEvidence(): boolean;
  /** The index of `likelihood` among those of the model; each is kept once. */
  likelihoodIndex(likelihood: Likelihood): number;
  finish(name: string): { readonly model: CompiledModel; readonly likelihoods: readonly Likelihood[] };
}

export function createModelBuilder(): ModelBuilder {
  const graph = createGraph();
  /** Where each name was claimed; the stack is only read for a message. */
  const names = new Map<string, Error | undefined>([
    ["chain", undefined],
    ["draw", undefined],
  ]);
  const variables: NamedNode[] = [];
  const observations: Observation[] = [];
  const plainObservations: PlainObservation[] = [];
  let numFactors = 0;
  const likelihoods: Likelihood[] = [];
  const builder: ModelBuilder = {
    graph,
    plates: [],
    coords: new Map(),
    notices: [],
    claimName(name) {
      if (names.has(name)) refuseName(name, names.get(name));
      names.set(name, new Error(name));
    },
    addVariable: (variable) => {
      variables.push(variable);
    },
    addPlainObservation: (observation) => {
      plainObservations.push(observation);
    },
    addObservation: (observation) => observations.push(observation) - 1,
    addFactor({ id }) {
      numFactors++;
      graph.effect([id], (slotOf) => ({ op: "factor", a: slotOf(id) }));
    },
    hasEvidence: () => numFactors + observations.length + plainObservations.length > 0,
    likelihoodIndex(likelihood) {
      const known = likelihoods.indexOf(likelihood);
      return known >= 0 ? known : likelihoods.push(likelihood) - 1;
    },
    finish: (name) => ({
      model: { ...assemble(name, builder, variables, likelihoods), observations, plainObservations },
      likelihoods,
    }),
  };
  return builder;
}

function refuseName(name: string, first: Error | undefined): never {
  const at = first === undefined ? undefined : callerLine(first);
  const where = at === undefined ? "" : `, first at ${at}`;
  throw new PoolishError(`this name is already taken by another site, a plate, or the axes chain and draw${where}`, {
    kind: "model",
    field: name,
    remedy: "Give each plate and each sample, observe and deterministic site a name of its own.",
  });
}

function assemble(
  name: string,
  builder: ModelBuilder,
  variables: readonly NamedNode[],
  likelihoods: readonly Likelihood[],
): Omit<CompiledModel, "observations" | "plainObservations"> {
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
    notices: builder.notices,
  };
}
