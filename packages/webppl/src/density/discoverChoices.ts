import type { WebpplHost } from "../host/webpplHost.ts";
import { isLearnedPrior } from "../learned/learnedPrior.ts";
import { requireObservable } from "./blameTerm.ts";
import { type Choice, choiceOf } from "./choice.ts";
import { notDifferentiable } from "./notDifferentiable.ts";
import { numericalFailure } from "./numericalFailure.ts";
import { type Program, programRunner } from "./runProgram.ts";
import { startsOf } from "./starts.ts";

/** A program whose prior often leaves a parameter's range (a negative sigma, say) may need several draws. */
const MAX_TRIES = 100;

type Discovery =
  | { readonly kind: "found"; readonly choices: readonly Choice[] }
  | { readonly kind: "failed"; readonly error: unknown; readonly message: string };

/**
 * Runs the program on draws from its prior and lists its random choices in order. Draws are lifted, so that a bound
 * which depends on another choice is recognised.
 * @throws PoolishError for choices that NUTS cannot move and for programs that fail on AD values only; whatever the
 * program itself throws.
 */
export function discoverChoices(host: WebpplHost, program: Program): readonly Choice[] {
  const lifted = discover(host, program, true);
  if (lifted.kind === "found") return lifted.choices;
  if (discover(host, program, false).kind === "failed") throw lifted.error;
  throw notDifferentiable(
    "model",
    `it works on numbers, but on AD values it ends with "${lifted.message}"`,
    lifted.error,
  );
}

function discover(host: WebpplHost, program: Program, isLifted: boolean): Discovery {
  for (let attempt = 1; ; attempt++) {
    try {
      return { kind: "found", choices: runOnce(host, program, isLifted) };
    } catch (error) {
      const message = numericalFailure(error);
      if (message !== undefined && attempt < MAX_TRIES) continue;
      if (message !== undefined) return { kind: "failed", error, message };
      // JavaScript's own words, as "x.toFixed is not a function": perhaps it is one on numbers.
      if (!isLifted || !(error instanceof TypeError)) throw error;
      return { kind: "failed", error, message: error.message };
    }
  }
}

function lifted(host: WebpplHost, { parts }: Choice, value: unknown): unknown {
  if (parts === undefined) return host.ad.lift(value);
  const values = value as Readonly<Record<string, number>>;
  return Object.fromEntries(parts.map((name) => [name, host.ad.lift(values[name])]));
}

function runOnce(host: WebpplHost, program: Program, isLifted: boolean): readonly Choice[] {
  const choices: Choice[] = [];
  const run = programRunner(program, {
    choose(distribution, address) {
      // An improper distribution has no draws; any number will do.
      const value = distribution.meta.name === "ImproperUniform" ? 0 : distribution.sample();
      const choice = choiceOf(host, distribution, address, value);
      choices.push(
        isLearnedPrior(distribution) ? { ...choice, starts: startsOf(distribution.density, choice) } : choice,
      );
      return isLifted && choice.bijector !== undefined ? lifted(host, choice, value) : value;
    },
    factor() {},
    // Scored one by one, so that data which a distribution refuses are reported at their own line.
    observe(distribution, value) {
      requireObservable(distribution, value);
      distribution.score(value);
    },
  });
  run();
  return choices;
}
