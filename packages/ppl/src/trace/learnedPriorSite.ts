import { describeSupport, type LearnedDensity, PoolishError, type Support } from "@poolish/core";
import { priorLikelihood } from "../learned/priorLikelihood.ts";
import type { LearnedPrior, LearnedPriorData } from "../model/learnedPrior.ts";
import { type Dim, describeDims, sizeOf } from "./dims.ts";
import { stack } from "./functions.ts";
import type { ModelBuilder } from "./modelBuilder.ts";
import { makeNode, type Node, type TracedNode } from "./node.ts";
import type { Value } from "./value.ts";

/** Records the latent values of a learned density over the plates around it: a position and a bijector each, one density. */
export function sampleLearnedPrior(
  builder: ModelBuilder,
  name: string,
  prior: LearnedPrior,
): Readonly<Record<string, Node>> {
  const densities = densitiesOf(name, prior, builder.plates);
  const [{ parameters, supports }] = densities;
  // A single parameter may be called as its site is.
  if (!parameters.some((parameter) => parameter.name === name)) builder.claimName(name);
  const nodes = parameters.map((parameter, k) => latentValue(builder, parameter.name, supports[k]));
  const numbers = numbersOf(builder, densities);
  const { graph } = builder;
  graph.effect(
    nodes.map(({ id }) => id),
    (slotOf) => ({
      op: "learnedPrior",
      site: name,
      densities: numbers,
      coordinates: nodes.map(({ id }) => slotOf(id)),
    }),
  );
  return { ...vectorsOf(nodes), ...Object.fromEntries(nodes.map((node) => [node.label, node])) };
}

/** One density for each element of the plates. */
function densitiesOf(
  site: string,
  { density, amortized }: LearnedPrior,
  plates: readonly Dim[],
): readonly LearnedDensity[] {
  if (plates.length === 0) {
    if (density !== undefined) return [density];
    if (amortized === undefined) throw new Error("a learned prior of nothing");
    const { posterior, x } = amortized;
    return [posterior.at(flat(x))];
  }
  if (amortized === undefined) {
    return refuseShared(site, plates, "one density of draws", "Sample it outside of the plate.");
  }
  const { posterior, x } = amortized;
  const rows = rowsOf(x, sizeOf(plates), posterior.columns.length);
  if (rows !== undefined) return rows.map((row) => posterior.at(row));
  const each = `Pass one x for each of the ${sizeOf(plates)} members, x: [[…], […], …], or sample it outside of the plate.`;
  return refuseShared(site, plates, "one x", each);
}

/** An entry for each element; plain numbers where one number is a whole x. */
function rowsOf(
  x: LearnedPriorData,
  count: number,
  numColumns: number,
): readonly (number | ArrayLike<number>)[] | undefined {
  if (typeof x === "number" || x.length !== count) return undefined;
  const rows = Array.from(x as ArrayLike<number | ArrayLike<number>>);
  return numColumns === 1 || rows.every((row) => typeof row !== "number") ? rows : undefined;
}

/** Rows of trials, one after another. */
function flat(x: LearnedPriorData): number | ArrayLike<number> {
  if (typeof x === "number") return x;
  return Array.from(x as ArrayLike<number | ArrayLike<number>>).flatMap((row) =>
    typeof row === "number" ? [row] : Array.from(row),
  );
}

function refuseShared(field: string, plates: readonly Dim[], what: string, remedy: string): never {
  throw new PoolishError(
    `${what} inside ${describeDims(plates)}: the data behind it would be counted once for each member`,
    { kind: "model", field, remedy },
  );
}

function latentValue(builder: ModelBuilder, name: string, support: Support): TracedNode {
  builder.claimName(name);
  requireInterval(name, support);
  const { graph, plates } = builder;
  const dims = [...plates];
  const size = sizeOf(dims);
  const position = graph.position(size);
  const id = graph.effectWithOutput([position], size, (slotOf, out) => ({
    op: "constrain",
    site: name,
    support,
    a: slotOf(position),
    out,
  }));
  const value: Value = { graph, id, dims, label: name };
  const node = makeNode(value);
  builder.addVariable({ name, kind: "latent", node });
  return node;
}

function requireInterval(field: string, support: Support): void {
  if (support.kind === "interval") return;
  throw new PoolishError(`a latent value must be continuous, and this one is ${describeSupport(support)}`, {
    kind: "model",
    field,
    remedy: "Learn the density of the continuous parameters alone.",
  });
}

/** Where each density is among the model's likelihoods. */
function numbersOf(builder: ModelBuilder, densities: readonly LearnedDensity[]): number[] {
  return densities.map((density) => builder.likelihoodIndex(priorLikelihood(density)));
}

/** Scalars that are called `rate[a]`, `rate[b]` as one vector `rate`, in their order. */
function vectorsOf(nodes: readonly TracedNode[]): Record<string, Node> {
  const elements = new Map<string, TracedNode[]>();
  for (const node of nodes) {
    const base = /^(.+)\[[^\]]*\]$/.exec(node.label)?.[1];
    if (base === undefined || node.dims.length > 0) continue;
    elements.set(base, [...(elements.get(base) ?? []), node]);
  }
  return Object.fromEntries([...elements].map(([base, own]) => [base, stack(...own)]));
}
