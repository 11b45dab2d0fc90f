import { isOnSupport, type Likelihood, PoolishError, type Rng, requireCount, type Simulator } from "@poolish/core";
import { type InferOptions, priorReplicates } from "@poolish/inference";
import { compile, type Model } from "@poolish/ppl";
import { requireSimulator } from "../emulator/requireSimulator.ts";
import { simulateRows } from "../emulator/simulateRows.ts";
import { type Calibration, simulationBasedCalibration } from "./simulationBasedCalibration.ts";

export interface CalibrateOptions<Data> extends InferOptions {
  /** What the model conditions on, and the number of trials; what they say of the observed columns is replaced. */
  readonly data: Data;
  /** Data sets that are simulated and fitted; a few hundred show what matters. At least 20. */
  readonly repeats: number;
  /** Draws that each truth is ranked among, spread evenly over those of its fit; 99 by default. */
  readonly numDraws?: number;
}

/** The calibration of a whole model, and how often its prior left what the likelihoods know. */
export interface ModelCalibration extends Calibration {
  /** Share of the simulated θ rows that lay outside of the box that their likelihood was trained in. */
  readonly shareOutsideBox: number;
}

/** Draws of a chain follow each other: with so many of them, those that are ranked among are nearly independent. */
const NUTS_DEFAULTS = { chains: 2, warmup: 500, draws: 990 } as const;
/** Above this share of θ rows outside of the training box, what the ranks show may be the box. */
const LARGEST_SHARE = 0.01;

/**
 * Simulation-based calibration of a whole hierarchical model with the real simulator: all values of the model are drawn
 * from its prior, the data of learned sites from the simulator at those values (those of other sites from their
 * distributions), the model with its learned likelihoods is fitted to them, and the rank of each true value among the
 * posterior draws must be uniform (Talts et al. 2018). It fails when the likelihood, the sampler or the model's code is
 * wrong. Give the simulator of each learned site by the site's name where there are several.
 * @throws PoolishError for a model or data that cannot be right, a simulator that does not match its likelihood or is
 * missing, a simulation that fails, options out of range, and when cancelled.
 */
export async function calibrate<Data>(
  model: Model<Data>,
  simulator: Simulator | Readonly<Record<string, Simulator>>,
  options: CalibrateOptions<Data>,
): Promise<ModelCalibration> {
  const { data, repeats, numDraws, seed, signal, onProgress, ...given } = options;
  requireCount("repeats", repeats, 20);
  const { observations, likelihoods } = compileSites(model, data);
  const outside = { rows: 0, outside: 0 };
  const samplers = Object.fromEntries(
    observations.map(({ site, likelihood }) => {
      const own = simulatorOf(simulator, site);
      requireSimulator(likelihoods[likelihood], own);
      return [site, samplerOf(own, likelihoods[likelihood], site, outside)];
    }),
  );
  const settings = { ...(given.method === "smc" ? {} : NUTS_DEFAULTS), ...given, ...(signal && { signal }), samplers };
  const { names, run } = priorReplicates(model, data, settings);
  const result = await simulationBasedCalibration({
    ...{ names, run: (rng: Rng) => run(rng), count: repeats, seed },
    ...(numDraws !== undefined && { numDraws }),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  const shareOutsideBox = outside.rows === 0 ? 0 : outside.outside / outside.rows;
  return { ...result, shareOutsideBox, notices: [...result.notices, ...boxNotice(shareOutsideBox)] };
}

function compileSites<Data>(model: Model<Data>, data: Data) {
  const { model: compiled, likelihoods } = compile(model, data);
  if (compiled.observations.length > 0) return { observations: compiled.observations, likelihoods };
  throw new PoolishError("no learned likelihood explains data of the model", {
    kind: "model",
    field: model.name,
    remedy: "Check it without a simulator: priorReplicates and simulationBasedCalibration.",
  });
}

function isSimulator(simulator: Simulator | Readonly<Record<string, Simulator>>): simulator is Simulator {
  return typeof simulator.simulate === "function";
}

function simulatorOf(simulator: Simulator | Readonly<Record<string, Simulator>>, site: string): Simulator {
  if (isSimulator(simulator)) return simulator;
  const own: Simulator | undefined = simulator[site];
  if (own !== undefined) return own;
  throw new PoolishError("this learned site has no simulator", {
    kind: "input",
    field: `simulator.${site}`,
    remedy: "Pass one simulator for each learned site, by its name.",
  });
}

function samplerOf(
  simulator: Simulator,
  { parameters }: Likelihood,
  site: string,
  tally: { rows: number; outside: number },
): NonNullable<Likelihood["sample"]> {
  const width = parameters.length;
  return (rng, theta, count, out, conditions = new Float64Array(0)) => {
    out.fill(Number.NaN);
    for (let i = 0; i < count; i++) {
      tally.rows++;
      const isInside = parameters.every(({ box: [lower, upper], support }, p) => {
        const value = theta[i * width + p];
        if (!isOnSupport(support, value)) refuseFailure(site, i, theta.subarray(i * width, (i + 1) * width), "off");
        return value >= lower && value <= upper;
      });
      if (!isInside) tally.outside++;
    }
    simulateRows(simulator, rng, { theta, conditions }, count, out);
    const failed = out.findIndex((value) => !Number.isFinite(value));
    if (failed < 0) return;
    const trial = Math.floor(failed / simulator.columns.length);
    refuseFailure(site, trial, theta.subarray(trial * width, (trial + 1) * width), "failed");
  };
}

function refuseFailure(field: string, row: number, theta: Float64Array, what: "off" | "failed"): never {
  const where = `theta = (${theta.join(", ")})`;
  const message = {
    off: `the model's prior drew ${where}, which is off the support that the likelihood was trained on`,
    failed: `the simulator failed at ${where}, which the model's prior drew`,
  }[what];
  const remedy = "Narrow the model's prior to where the simulator works and the likelihood was trained.";
  throw new PoolishError(message, { kind: "model", field, row, remedy });
}

function boxNotice(share: number): string[] {
  if (!(share > LARGEST_SHARE)) return [];
  return [
    `${(100 * share).toFixed(1)} % of the simulated theta rows lay outside of the box that the likelihood was trained in: ` +
      "narrow the model's prior, or train over a wider one, before blaming anything else.",
  ];
}
