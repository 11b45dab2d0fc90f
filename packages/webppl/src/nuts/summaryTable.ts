import type { PosteriorDetails } from "./posterior.ts";
import type { SummaryRow } from "./summary.ts";

/** Above this, chains have not mixed (Vehtari et al. 2021, arXiv:1903.08008, §4). */
const MAX_R_HAT = 1.01;
/** Below this, chains explored the tails badly (Betancourt 2016, arXiv:1604.00695). */
const MIN_E_BFMI = 0.3;

type Column = readonly [title: string, cell: (row: SummaryRow) => string];

const COLUMNS: readonly Column[] = [
  ["", ({ name }) => name],
  ["mean", (row) => inSd(row, row.mean)],
  ["sd", (row) => inSd(row, row.sd)],
  ["mcse", (row) => inSd(row, row.mcse)],
  ["5 %", (row) => inSd(row, row.q5)],
  ["95 %", (row) => inSd(row, row.q95)],
  ["bulk ESS", ({ essBulk }) => essBulk.toFixed(0)],
  ["tail ESS", ({ essTail }) => essTail.toFixed(0)],
  ["R-hat", ({ rHat }) => rHat.toFixed(3)],
];

/** A number with three digits of the row's sd, and at least three decimals. */
function inSd({ sd }: SummaryRow, value: number): string {
  const decimals = sd > 0 && Number.isFinite(sd) ? 2 - Math.floor(Math.log10(sd)) : 3;
  return value.toFixed(Math.min(Math.max(decimals, 3), 12));
}

/** The rows as text: a line of titles, a line for each row, a line on the chains, and a line for each warning. */
export function summaryTable(rows: readonly SummaryRow[], details: PosteriorDetails): string {
  const columns = COLUMNS.map(([title, cell]) => [title, ...rows.map(cell)]);
  const widths = columns.map((cells) => Math.max(...cells.map((cell) => cell.length)));
  const lines = Array.from({ length: rows.length + 1 }, (_, line) =>
    columns.map((cells, c) => (c === 0 ? cells[line].padEnd(widths[c]) : cells[line].padStart(widths[c]))).join("  "),
  );
  return [...lines, chainLine(details), ...warnings(rows, details)].join("\n");
}

function chainLine({ inferenceData, diagnostics, seed }: PosteriorDetails): string {
  const [chains, draws] = inferenceData.sample_stats.lp.shape;
  const { divergences } = diagnostics;
  return `${count(chains, "chain")} of ${count(draws, "draw")}, ${count(divergences, "divergence")}, seed ${seed}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function warnings(rows: readonly SummaryRow[], { diagnostics }: PosteriorDetails): readonly string[] {
  const { divergences, maxTreeDepthHits, eBfmi, outsideTrainingBox } = diagnostics;
  const unmixed = rows.filter(({ rHat }) => !(rHat <= MAX_R_HAT)).map(({ name }) => name);
  const percent = Number((100 * outsideTrainingBox).toPrecision(2));
  const found: readonly (readonly [boolean, string])[] = [
    [unmixed.length > 0, `R-hat above ${MAX_R_HAT}: ${unmixed.join(", ")}. Take more samples, or reparametrise.`],
    [divergences > 0, `${count(divergences, "divergence")}: raise targetAcceptance (0.95), or reparametrise.`],
    [
      maxTreeDepthHits > 0,
      `${count(maxTreeDepthHits, "trajectory").replace("ys", "ies")} cut off: raise maxTreeDepth.`,
    ],
    [eBfmi.some((value) => value < MIN_E_BFMI), `E-BFMI below ${MIN_E_BFMI}: reparametrise.`],
    [
      outsideTrainingBox > 0,
      `${percent} % of draws left the box that a likelihood was trained in: train on a wider prior.`,
    ],
  ];
  return found.filter(([isFound]) => isFound).map(([, words]) => `Warning: ${words}`);
}
