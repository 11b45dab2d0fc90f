import { PoolishError, requireCount } from "@poolish/core";
import type { CreateLayersEmbedding } from "../embedding/createEmbedding.ts";
import { type Observations, readObservations } from "../embedding/readObservations.ts";
import { writeFlatWeights } from "../network/weightMemory.ts";
import { createPosterior } from "../posterior/createPosterior.ts";
import { createEmbedObservations } from "../posterior/embedObservations.ts";
import { memberWeights } from "../posterior/frozenPosterior.ts";
import { decodeParameter } from "../posterior/parameterColumns.ts";
import { drawComposed } from "./composition/drawComposed.ts";
import { encodeTheta } from "./density/encodeTheta.ts";
import { createFlowLogProb, type FlowLogProb, type Hutchinson } from "./density/flowLogProb.ts";
import { createField, type Field } from "./field.ts";
import { DRAW_BLOCK, drawObservations, type FieldMember } from "./sampling/drawObservations.ts";
import { requireSampling } from "./sampling/requireSampling.ts";
import type { VectorFieldEstimator, VectorFieldEstimatorSpec } from "./vectorFieldEstimator.ts";

/** Of the solver, for log-densities by hand: their errors are about a hundredth. */
const LOG_PROB_TOLERANCE = 1e-4;

/**
 * Assembles a vector-field posterior from its specification and flat weights, member after member: embedding, then field.
 * @param createLayers needed where the embedding is a network of TensorFlow.js.
 */
export function createVectorFieldEstimator(
  spec: VectorFieldEstimatorSpec,
  weights: Float32Array,
  createLayers?: CreateLayersEmbedding,
): VectorFieldEstimator {
  // What a later model takes as a prior is that of a posterior whose density is the field's flow on a fixed grid.
  const posteriorSpec = { ...spec, target: "posterior" } as const;
  const posterior = createPosterior(posteriorSpec, weights, createLayers);
  const embed = createEmbedObservations(posteriorSpec, weights, createLayers);
  const ofMembers = memberWeights(posteriorSpec, weights).map(({ density }) => density);
  const { columns } = spec.density;
  const D = columns.length;
  let made: readonly Field[] | undefined;
  const members = (rows: MemberRows): FieldMember[] => {
    made ??= ofMembers.map((own) => createMember(spec, own));
    return made.map((field, k) => ({ field, features: rows.features[k] }));
  };
  const rowsOf = (x: Observations): MemberRows => {
    const inputs = readObservations(spec, x);
    return cutMembers(embed(inputs), inputs.numObservations, spec.numMembers);
  };
  let flow: FlowLogProb | undefined;
  return {
    ...posterior,
    spec,
    logProb(theta, x, { tolerance = LOG_PROB_TOLERANCE, hutchinson } = {}) {
      requireSampling({ tolerance });
      if (hutchinson !== undefined) requireHutchinson(hutchinson);
      const rows = rowsOf(x);
      const { y, logJacobian } = encodeTheta(spec, typeof theta === "number" ? [theta] : theta, rows.numRows);
      flow ??= createFlowLogProb(spec.density, ofMembers);
      return flow(y, rows.features, rows.numRows, tolerance, hutchinson).map((value, i) => value + logJacobian[i]);
    },
    sample(rng, x, count, options = {}) {
      requireCount("count", count, 0);
      requireSampling(options);
      const rows = rowsOf(x);
      const isComposed = options.compose !== undefined && rows.numRows > 1;
      if (isComposed) requireFewTrials(rows.numRows);
      const y = new Float64Array((isComposed ? 1 : rows.numRows) * count * D);
      if (isComposed) drawComposed(rng, members(rows), spec, rows.numRows, count, options, y);
      else drawObservations(rng, members(rows), rows.numRows, count, options, y);
      return y.map((value, i) => decodeParameter(columns[i % D], value));
    },
  };
}

/** The observations as each member sees them: its own summaries of them. */
interface MemberRows {
  readonly numRows: number;
  readonly features: readonly Float64Array[];
}

/** `summaries` has those of all members side by side in each row. */
function cutMembers(summaries: Float64Array, numRows: number, numMembers: number): MemberRows {
  const total = summaries.length / numRows;
  const width = total / numMembers;
  const features = Array.from({ length: numMembers }, (_, k) =>
    Float64Array.from(
      { length: numRows * width },
      (__, i) => summaries[Math.floor(i / width) * total + k * width + (i % width)],
    ),
  );
  return { numRows, features };
}

function createMember({ density }: VectorFieldEstimatorSpec, weights: Float32Array): Field {
  const field = createField(density, DRAW_BLOCK, DRAW_BLOCK);
  writeFlatWeights(field.memory, weights);
  field.refresh();
  return field;
}

/** Also where there are so many directions that no draw is needed, lest fewer parameters hide a mistake. */
function requireHutchinson(hutchinson: Partial<Hutchinson> | null): void {
  if (typeof hutchinson?.rng?.uniform !== "function") {
    throw new PoolishError("expected a random generator for the directions", {
      kind: "input",
      field: "hutchinson.rng",
      remedy: "Pass { rng: rngFromSeed(1), directions: 2 }, or leave hutchinson out for the exact divergence.",
    });
  }
  requireCount("hutchinson.directions", hutchinson.directions ?? 0, 1);
}

/** The field's errors add up over trials, while the posterior narrows: see "Limits" in docs/vector-fields.md. */
function requireFewTrials(count: number): void {
  if (count <= DRAW_BLOCK) return;
  throw new PoolishError(`${count} trials are too many to be composed: the field's errors add up`, {
    kind: "input",
    field: "x",
    remedy: 'Learn a likelihood (target: "likelihood"), or let npe learn from sets of trials.',
  });
}
