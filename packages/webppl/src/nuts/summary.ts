import { type LabelledArray, PoolishError } from "@poolish/core";
import { type Summary, summarize as summarizeDraws } from "@poolish/mcmc";
import { elementNames } from "../names/variables.ts";
import type { Posterior, PosteriorDetails } from "./posterior.ts";
import { summaryTable } from "./summaryTable.ts";

/** One number that was sampled. */
export interface SummaryRow extends Summary {
  readonly name: string;
}

/** Node's name for "how to print me", as a program without `node:util` can say it. */
const INSPECT: symbol = Symbol.for("nodejs.util.inspect.custom");

/**
 * A row for each number that `Infer({ method: 'NUTS' })` sampled: name, mean, sd, mcse, q5, q95, essBulk, essTail,
 * rHat. The list prints as a table, with what a reader should be warned of below it.
 * @throws PoolishError for anything but a posterior by NUTS.
 */
export function summarize(posterior: unknown): readonly SummaryRow[] {
  const details = detailsOf(posterior);
  const rows = Object.entries(details.inferenceData.posterior).flatMap(([name, array]) => rowsOf(name, array));
  const table = () => summaryTable(rows, details);
  return Object.defineProperties(rows, { toString: { value: table }, [INSPECT]: { value: table } });
}

function detailsOf(posterior: unknown): PosteriorDetails {
  const { poolish } = (posterior ?? {}) as Partial<Posterior>;
  if (poolish !== undefined) return poolish;
  throw new PoolishError("expected a posterior by NUTS", {
    kind: "input",
    field: "summarize",
    remedy: "Pass what Infer({ method: 'NUTS', … }) returned.",
  });
}

function rowsOf(name: string, { shape, values }: LabelledArray): readonly SummaryRow[] {
  const [numChains, numDraws, ...dims] = shape;
  const width = values.length / (numChains * numDraws);
  const names = elementNames({ name, shape: dims, indices: Array.from({ length: width }, (_, i) => i) });
  return names.map((element, index) => {
    const chains = Array.from({ length: numChains }, (_, chain) =>
      Float64Array.from({ length: numDraws }, (_, draw) => values[(chain * numDraws + draw) * width + index]),
    );
    return { name: element, ...summarizeDraws(chains) };
  });
}
