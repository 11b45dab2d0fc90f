import { type Rng, rngFromSeed } from "@poolish/core";
import type { Simulator } from "@poolish/sbi";
import { countingBakery, weighingBakery } from "./simulators.ts";

/** The cookies of both bakeries: what was measured of each, and its recipe as a code from 0. */
export interface BakeryData {
  readonly north: {
    readonly recipes: readonly string[];
    readonly recipe: readonly number[];
    readonly chips: ArrayLike<number>;
  };
  readonly south: {
    readonly recipes: readonly string[];
    readonly recipe: readonly number[];
    readonly weight: ArrayLike<number>;
    readonly burnt: ArrayLike<number>;
  };
}

/** What the cookies are made with: an honest answer should cover it. */
const TRUTH: Readonly<Record<"typical" | "tau" | "lumps" | "scatter" | "heat", number>> = {
  typical: 8,
  tau: 0.25,
  lumps: 8,
  scatter: 0.1,
  heat: -1,
};

interface Recipe {
  readonly name: string;
  readonly grams: number;
  readonly cookies: number;
}

/** Eleven recipes at the quantiles of the mastermind's population. The north counts many cookies, the south weighs few. */
const NORTH: readonly Recipe[] = [
  { name: "classic", grams: 8, cookies: 40 },
  { name: "oat", grams: 10.5, cookies: 40 },
  { name: "hazelnut", grams: 6.6, cookies: 25 },
  { name: "orange", grams: 9, cookies: 25 },
  { name: "rye", grams: 7.1, cookies: 12 },
  { name: "sea salt", grams: 8.5, cookies: 12 },
];
const SOUTH: readonly Recipe[] = [
  { name: "almond", grams: 9.6, cookies: 12 },
  { name: "chili", grams: 5.2, cookies: 6 },
  { name: "espresso", grams: 12.2, cookies: 4 },
  { name: "ginger", grams: 7.5, cookies: 3 },
  { name: "lemon", grams: 6.1, cookies: 2 },
];

/** Bakes all cookies of a bakery and lists what its simulator measures, a row a cookie. */
function bake(rng: Rng, simulator: Simulator, recipes: readonly Recipe[], settings: readonly number[]) {
  const recipe = recipes.flatMap(({ cookies }, code) => new Array<number>(cookies).fill(code));
  const measured = recipe.map((code) => {
    const cookie = new Float64Array(simulator.columns.length);
    simulator.simulate(rng, Float64Array.of(recipes[code].grams, ...settings), cookie, new Float64Array(0));
    return cookie;
  });
  const column = (c: number) => Float64Array.from(measured, (cookie) => cookie[c]);
  return { recipes: recipes.map(({ name }) => name), recipe, column };
}

/** The data of both bakeries. */
export function bakeCookies(seed: number): BakeryData {
  const [northRng, southRng] = rngFromSeed(seed).split(2);
  const north = bake(northRng, countingBakery, NORTH, [TRUTH.lumps]);
  const south = bake(southRng, weighingBakery, SOUTH, [TRUTH.scatter, TRUTH.heat]);
  return {
    north: { recipes: north.recipes, recipe: north.recipe, chips: north.column(0) },
    south: { recipes: south.recipes, recipe: south.recipe, weight: south.column(0), burnt: south.column(1) },
  };
}

/** The true value of each parameter by the name that summaries have for it. */
export function truths(): ReadonlyMap<string, number> {
  const grams = Object.entries({ north: NORTH, south: SOUTH }).flatMap(([bakery, recipes]) =>
    recipes.map((recipe): [string, number] => [`${bakery}[${recipe.name}]`, recipe.grams]),
  );
  return new Map([...Object.entries(TRUTH), ...grams]);
}
