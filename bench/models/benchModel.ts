import { rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { type Compilation, compile, type ModelFunction, model } from "@poolish/ppl";

/** Columns and numbers that a model and its Python twins read by the same names. */
export type BenchData = Readonly<Record<string, number | readonly number[]>>;

/** A model with its data; bench/peers/sampling_*.py define the same under the same name. */
export interface BenchModel {
  readonly name: string;
  readonly data: BenchData;
  compile(): Compilation;
}

export function benchModel<Data extends BenchData>(name: string, data: Data, define: ModelFunction<Data>): BenchModel {
  return { name, data, compile: () => compile(model(name, define), data) };
}

/** Sources of synthetic data: each data set has a literal seed of its own. */
export interface DataSource {
  uniform(): number;
  normal(mean: number, sd: number): number;
  /** `count` values of `draw`. */
  column(count: number, draw: (row: number) => number): readonly number[];
}

export function dataSource(seed: number): DataSource {
  const rng = rngFromSeed(seed);
  return {
    uniform: () => rng.uniform(),
    normal: (mean, sd) => mean + sd * standardNormal(rng),
    column: (count, draw) => Array.from({ length: count }, (_, row) => draw(row)),
  };
}
