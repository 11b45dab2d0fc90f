import { PoolishError, type Support } from "@poolish/core";
import type { Distribution, Family, VectorDistribution } from "@poolish/distributions";
import { broadcastOuter, type Dim, describeDims, eventDim, eventDims, misfit, outerDims, sizeOf } from "./dims.ts";
import type { Graph } from "./graph.ts";
import type { Operand } from "./node.ts";
import { constantValue, isNode, knownValues, toValue, type Value } from "./value.ts";

/** A distribution at a site: its parameters as values of the graph. */
export interface SiteParameters {
  readonly family: Family;
  readonly values: readonly Value[];
  /** Bounds that depend on a value that is not known yet, or differ from trial to trial, are NaN. */
  readonly support: Support;
  /** The plates and trials over which the parameters live. */
  readonly outer: readonly Dim[];
  /** The axes of one x. */
  readonly event: readonly Dim[];
}

/** @throws PoolishError naming the site and the parameter whose shape the family or the other parameters refuse. */
export function siteParameters(
  graph: Graph,
  site: string,
  distribution: Distribution | VectorDistribution,
): SiteParameters {
  const { family } = distribution;
  const values = distribution.parameters.map((parameter, k) =>
    parameterValue(graph, site, family, k, parameter as Operand),
  );
  if (family.eventShape === "vector") requireSameSize(site, family, values);
  const numbers = values.flatMap(numbersOf);
  const size = family.eventShape === "scalar" ? 1 : family.eventSize(numbers);
  return {
    family,
    values,
    support: family.support(numbers),
    outer: values.reduce<readonly Dim[]>((dims, { dims: next }) => {
      const outer = broadcastOuter(dims, outerDims(next));
      if (outer === undefined) throw misfit(dims, outerDims(next), site);
      return outer;
    }, []),
    event: eventOf(family, size),
  };
}

function eventOf({ eventShape }: Family, size: number): readonly Dim[] {
  if (eventShape === "scalar") return [];
  if (eventShape === "vector") return [eventDim(size)];
  const side = eventDim(Math.round(Math.sqrt(size)));
  return [side, side];
}

/** The numbers of a parameter that all elements share; NaN for each that is not known or not shared. */
function numbersOf(value: Value): number[] {
  const known = outerDims(value.dims).length === 0 ? knownValues(value) : undefined;
  return known === undefined ? new Array<number>(sizeOf(eventDims(value.dims))).fill(Number.NaN) : Array.from(known);
}

const RANK = { scalar: 0, vector: 1, matrix: 2 };

function parameterValue(graph: Graph, site: string, family: Family, k: number, operand: Operand): Value {
  const { name, shape = "scalar", size } = family.parameters[k];
  const value = ofShape(graph, shape, operand);
  const event = eventDims(value.dims);
  const isSquare = shape !== "matrix" || event[0]?.size === event[1]?.size;
  if (event.length === RANK[shape] && isSquare && (size === undefined || size === sizeOf(event))) return value;
  const wanted = size === undefined ? `a ${shape}` : `a ${shape} of ${size} numbers`;
  const remedies = {
    scalar: "Take one number of it with .element(k).",
    vector: "Make one with stack(a, b), or with vector(x) of a value over a plate.",
    matrix: "Pass a Cholesky factor, e.g. diagMul(scale, correlation).",
  };
  throw new PoolishError(`${family.name}.${name} must be ${wanted}, got shape ${describeDims(value.dims)}`, {
    kind: "model",
    field: site,
    remedy: remedies[shape],
  });
}

/** Plain numbers in the place of a vector are one vector, in that of a matrix its rows; otherwise one number a trial. */
function ofShape(graph: Graph, shape: "scalar" | "vector" | "matrix", operand: Operand): Value {
  if (shape === "scalar" || typeof operand === "number" || isNode(operand)) return toValue(graph, operand);
  const values = Float64Array.from(operand as ArrayLike<number>);
  const side = Math.round(Math.sqrt(values.length));
  return constantValue(
    graph,
    values,
    shape === "vector" ? [eventDim(values.length)] : [eventDim(side), eventDim(side)],
    "data",
  );
}

function requireSameSize(site: string, family: Family, values: readonly Value[]): void {
  const sizes = values.flatMap(({ dims }, k) => eventDims(dims).map(({ size }) => ({ size, k })));
  const odd = sizes.find(({ size }) => size !== sizes[0].size);
  if (odd === undefined) return;
  const shapeOf = ({ k }: { k: number }): string => `${family.parameters[k].name} ${describeDims(values[k].dims)}`;
  throw new PoolishError(`the parameters of ${family.name} differ in length: ${shapeOf(sizes[0])}, ${shapeOf(odd)}`, {
    kind: "model",
    field: site,
    remedy: "Give all parameters the same length.",
  });
}

/** True when a bound is not known yet. */
export function hasUnknownBound(support: Support): boolean {
  return "lower" in support && (Number.isNaN(support.lower) || Number.isNaN(support.upper));
}
