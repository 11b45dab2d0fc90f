import { type OnProgress, PoolishError, type Rng, rngFromSeed } from "@poolish/core";
import { findInitialPosition } from "@poolish/mcmc";
import type { Choice } from "../density/choice.ts";
import { type ProgramDensity, programDensity } from "../density/programDensity.ts";
import type { Program } from "../density/runProgram.ts";
import type { CompiledProgram } from "../host/compiledProgram.ts";
import type { SampleBasedMarginal } from "../host/distribution.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import { choiceNames } from "../names/choiceNames.ts";
import { type Variable, variablesOf } from "../names/variables.ts";
import { checkGradient, checkValue } from "./checkGradient.ts";
import { nutsOptions } from "./nutsOptions.ts";
import { posteriorOf } from "./posterior.ts";
import { type ChainHelp, noStart, type Steps, sampleChains } from "./sampleChains.ts";

/** Who hears of the iterations, and who runs chains in threads. */
export interface InferHelp extends Omit<ChainHelp, "onProgress"> {
  readonly progressFor?: (isVerbose: boolean) => OnProgress | undefined;
}

/**
 * The posterior of a program by the No-U-Turn sampler: an ordinary WebPPL marginal over the model's return values, with
 * `poolish` on it (see `PosteriorDetails`). `given` are the options of `Infer`, without method and model. In steps of one
 * iteration, between which the caller can do something else.
 * @throws PoolishError for unknown options, for models that NUTS cannot sample, and for failed differentiation.
 */
export function* inferNuts(
  host: WebpplHost,
  compiled: CompiledProgram | undefined,
  program: Program,
  given: Readonly<Record<string, unknown>>,
  { progressFor = () => undefined, ...threads }: InferHelp = {},
): Steps<SampleBasedMarginal> {
  const options = nutsOptions(given, host.util.random);
  const density = programDensity(host, program);
  if (density.dim === 0) throw nothingToInfer();
  const names = choiceNames(host.parse, compiled, program.address, density.choices);
  const rng = rngFromSeed(options.seed);
  requireGradient(density, rng, names);
  const chains = yield* sampleChains(density, rng, options, { onProgress: progressFor(options.verbose), ...threads });
  return posteriorOf(host, variablesIn(density.choices, names), chains, options);
}

/** One variable for each name; of an object one for each part, "theta.rate". */
function variablesIn(choices: readonly Choice[], names: readonly string[]): readonly Variable[] {
  const parts = choices.map(({ parts }, i) => parts?.map((part) => `${names[i]}.${part}`) ?? [names[i]]);
  const sizes = choices.map(({ parts, bijector }) => parts?.map(() => 1) ?? [bijector?.constrainedSize ?? 0]);
  return variablesOf(parts.flat(), sizes.flat());
}

/** Where a chain could start, the gradient is checked in so many places, and the log-density alone in more. */
const NUM_GRADIENT_CHECKS = 3;
const NUM_VALUE_CHECKS = 12;

/** Checks the gradient where a chain could start. */
function requireGradient(density: ProgramDensity, rng: Rng, names: readonly string[]): void {
  const stream = rng.split(1)[0];
  const coordinateNames = density.choices.flatMap(({ bijector }, i) =>
    Array.from({ length: bijector?.unconstrainedSize ?? 0 }, () => names[i]),
  );
  for (let check = 0; check < NUM_GRADIENT_CHECKS + NUM_VALUE_CHECKS; check++) {
    const start = findInitialPosition(density, stream);
    if (start.kind === "noInitialPosition") throw noStart(start, density);
    if (check < NUM_GRADIENT_CHECKS) checkGradient(density, start.state.position, coordinateNames);
    else checkValue(density, start.state.position);
  }
}

function nothingToInfer(): PoolishError {
  return new PoolishError("the model makes no random choice", {
    kind: "model",
    field: "model",
    remedy: "Draw at least one value in it, e.g. var mu = gaussian(0, 1).",
  });
}
