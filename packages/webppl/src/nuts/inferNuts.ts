import { PoolishError, type Rng, rngFromSeed } from "@poolish/core";
import { findInitialPosition } from "@poolish/mcmc";
import { type ProgramDensity, programDensity } from "../density/programDensity.ts";
import type { Program } from "../density/runProgram.ts";
import type { CompiledProgram } from "../host/compiledProgram.ts";
import type { SampleBasedMarginal } from "../host/distribution.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import { choiceNames } from "../names/choiceNames.ts";
import { variablesOf } from "../names/variables.ts";
import { checkGradient } from "./checkGradient.ts";
import { nutsOptions } from "./nutsOptions.ts";
import { posteriorOf } from "./posterior.ts";
import { noStart, sampleChains } from "./sampleChains.ts";

/**
 * The posterior of a program by the No-U-Turn sampler: an ordinary WebPPL marginal over the model's return values, with
 * `poolish` on it (see `PosteriorDetails`). `given` are the options of `Infer`, without method and model.
 * @throws PoolishError for unknown options, for models that NUTS cannot sample, and for failed differentiation.
 */
export function inferNuts(
  host: WebpplHost,
  compiled: CompiledProgram | undefined,
  program: Program,
  given: Readonly<Record<string, unknown>>,
): SampleBasedMarginal {
  const options = nutsOptions(given, host.util.random);
  const density = programDensity(host, program);
  if (density.dim === 0) throw nothingToInfer();
  const names = choiceNames(host.parse, compiled, program.address, density.choices);
  const rng = rngFromSeed(options.seed);
  requireGradient(density, rng, names);
  const chains = sampleChains(density, rng, options);
  const sizes = density.choices.map(({ bijector }) => bijector?.constrainedSize ?? 0);
  return posteriorOf(host, variablesOf(names, sizes), chains, options);
}

/** Checks the gradient where a chain could start. */
function requireGradient(density: ProgramDensity, rng: Rng, names: readonly string[]): void {
  const start = findInitialPosition(density, rng.split(1)[0]);
  if (start.kind === "noInitialPosition") throw noStart(start, density);
  const coordinateNames = density.choices.flatMap(({ bijector }, i) =>
    Array.from({ length: bijector?.unconstrainedSize ?? 0 }, () => names[i]),
  );
  checkGradient(density, start.state.position, coordinateNames);
}

function nothingToInfer(): PoolishError {
  return new PoolishError("the model makes no random choice", {
    kind: "model",
    field: "model",
    remedy: "Draw at least one value in it, e.g. var mu = gaussian(0, 1).",
  });
}
