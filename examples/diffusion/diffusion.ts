import { readFileSync } from "node:fs";
import { type Rng, rngFromSeed } from "@poolish/core";
import { type FromOnnxOptions, fromOnnx, type ImportedNetwork } from "@poolish/estimators";
import { standardNormal } from "@poolish/math";
import { type FormulaData, type HierarchicalModel, hierarchical, uniform } from "@poolish/ppl";
import {
  ANGLE_COLUMNS,
  ANGLE_PARAMETERS,
  type AngleParameters,
  NETWORK_PARAMETERS,
  simulateAngle,
} from "./angleSimulator.ts";

/** One row a trial. */
export type TrialTable = {
  readonly subject: readonly string[];
  readonly rt: readonly number[];
  readonly response: readonly number[];
};

/** Trials of ten subjects, and what they were made with. */
export interface Experiment {
  readonly trials: TrialTable;
  readonly population: AngleParameters;
  readonly subjects: ReadonlyMap<string, AngleParameters>;
}

const SUBJECTS = 10;
const TRIALS = 200;
/** Wandering attention: this share of trials is a random key at a random time of the first five seconds. */
export const LAPSES = 0.05;
export const LONGEST_LAPSE = 5;
/** How much subjects differ: v in its own unit, a and t in logarithms. */
const SPREAD = { v: 0.4, a: 0.15, t: 0.15 };

function between(rng: Rng, lower: number, upper: number): number {
  return lower + rng.uniform() * (upper - lower);
}

/** Response times are written down in hundredths of a second, so that some trials of a subject are equal. */
export function runExperiment(seed: number): Experiment {
  const rng = rngFromSeed(seed);
  const population: AngleParameters = {
    v: between(rng, 0.6, 1.6),
    a: between(rng, 0.9, 1.5),
    z: between(rng, 0.42, 0.58),
    t: between(rng, 0.25, 0.45),
    theta: between(rng, 0.1, 0.5),
  };
  const names = Array.from({ length: SUBJECTS }, (_, k) => `s${String(k + 1).padStart(2, "0")}`);
  const subjects = new Map(
    names.map((name) => [
      name,
      {
        ...population,
        v: population.v + SPREAD.v * standardNormal(rng),
        a: population.a * Math.exp(SPREAD.a * standardNormal(rng)),
        t: population.t * Math.exp(SPREAD.t * standardNormal(rng)),
      },
    ]),
  );
  const decisions = [...subjects].flatMap(([subject, parameters]) =>
    Array.from({ length: TRIALS }, () => {
      const isLapse = rng.uniform() < LAPSES;
      const lapse = { rt: LONGEST_LAPSE * rng.uniform(), response: rng.uniform() < 0.5 ? -1 : 1 };
      const { rt, response } = isLapse ? lapse : simulateAngle(rng, parameters);
      return { subject, rt: Math.max(0.01, Math.round(100 * rt) / 100), response };
    }),
  );
  const trials = {
    subject: decisions.map(({ subject }) => subject),
    rt: decisions.map(({ rt }) => rt),
    response: decisions.map(({ response }) => response),
  };
  return { trials, population, subjects };
}

const file = (path: string) => readFileSync(new URL(path, import.meta.url));

/**
 * The network that was trained here (network/): three layers of 64 units. Its density integrates to .999 … 1.001 over its box, so that it
 * need not be normalised.
 */
export function angleNetwork(options: FromOnnxOptions = {}): ImportedNetwork {
  const spec = { name: "angle", parameters: NETWORK_PARAMETERS, columns: ANGLE_COLUMNS };
  return fromOnnx(file("angle.onnx"), spec, options);
}

/** A small network of LANfactory's tests, whose density integrates to .6 … 2.3. */
export function smallNetwork(options: FromOnnxOptions = {}): ImportedNetwork {
  const bytes = file("../../packages/estimators/test/data/angle_2x100.onnx");
  return fromOnnx(bytes, { name: "angle, small", parameters: ANGLE_PARAMETERS, columns: ANGLE_COLUMNS }, options);
}

/** The whole analysis. */
export function driftModel(likelihood: ImportedNetwork, data: TrialTable): HierarchicalModel<FormulaData> {
  return hierarchical({
    likelihood,
    data,
    parameters: {
      v: "1 + (1 | subject)",
      a: "1 + (1 | subject)",
      t: "1 + (1 | subject)",
      z: "1",
      theta: "1",
    },
    lapse: { probability: LAPSES, density: { rt: uniform(0, LONGEST_LAPSE), response: "uniform" } },
  });
}
