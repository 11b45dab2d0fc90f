import { isOnSupport, PoolishError } from "@poolish/core";
import type { Ad, Scalar } from "../host/adNodes.ts";
import type { Distribution } from "../host/distribution.ts";
import { isLearned, type LearnedDistribution } from "../learned/learnedDistribution.ts";
import { numericalFailure } from "./numericalFailure.ts";
import { type Program, programRunner } from "./runProgram.ts";

/**
 * Runs the program on a draw from its prior and throws `problem`, with more words, at the first choice, factor or observation
 * that makes the log-density infinite or NaN, so that its line is told. Returns when there is none: of learned
 * likelihoods, which are evaluated together, only theta is looked at.
 */
export function blameTerm(ad: Ad, program: Program, problem: (found: string, cause?: Error) => PoolishError): void {
  const require = (score: Scalar, what: string) => {
    const value = ad.value(score);
    if (!Number.isFinite(value)) throw problem(`${what} is ${value}`);
  };
  const run = programRunner(program, {
    choose(distribution) {
      const value = distribution.meta.name === "ImproperUniform" ? 0 : distribution.sample();
      require(distribution.score(value), `the log-density of a draw from ${distribution.meta.name}`);
      return value;
    },
    factor: (score) => require(score, "this factor"),
    observe(distribution, value) {
      if (isLearned(distribution)) {
        const off = parameterOffSupport(ad, distribution);
        if (off !== undefined) throw problem(`theta.${off.name} of Learned is ${off.value}, which it cannot be`);
        return;
      }
      require(distribution.score(value), `the log-density of ${textOf(value)} under ${distribution.meta.name}`);
    },
  });
  try {
    run();
  } catch (error) {
    const failure = error instanceof PoolishError ? undefined : numericalFailure(error);
    throw failure === undefined ? error : problem(`a run from the prior ended with "${failure}"`, error as Error);
  }
}

/** The first number of theta that the likelihood's parameter cannot have. */
function parameterOffSupport(
  ad: Ad,
  { likelihood, theta }: LearnedDistribution,
): { readonly name: string; readonly value: number } | undefined {
  for (const row of theta.rows) {
    for (const [p, { name, support }] of likelihood.parameters.entries()) {
      const value = ad.value(row[p]);
      if (!isOnSupport(support, value)) return { name, value };
    }
  }
  return undefined;
}

/** @throws PoolishError for what is no distribution, and for an observed value that no continuous distribution has. */
export function requireObservable(distribution: Distribution, value: unknown): void {
  if (typeof (distribution as Partial<Distribution> | undefined)?.score !== "function") {
    const got = typeof distribution === "object" ? "a random value or an object" : textOf(distribution);
    throw new PoolishError(`expected a distribution, got ${got}`, {
      kind: "input",
      field: "observe",
      remedy: "Pass a distribution first, with a capital letter: observe(Gaussian({ mu: 0, sigma: 1 }), value).",
    });
  }
  const isMissing = value === null || Number.isNaN(value);
  const isWrong = distribution.isContinuous && (typeof value === "string" || typeof value === "boolean");
  if (!isMissing && !isWrong) return;
  throw new PoolishError(`${distribution.meta.name} cannot have the observed value ${textOf(value)}`, {
    kind: "input",
    field: "observe",
    remedy: isMissing ? "Leave missing data out, e.g. with filter." : "Observe a number: _.toNumber(text).",
  });
}

function textOf(value: unknown): string {
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
}
