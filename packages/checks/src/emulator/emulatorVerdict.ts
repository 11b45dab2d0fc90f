import type { Comparison } from "./compareColumns.ts";
import type { EmulatorCheck, GroupComparison } from "./emulatorCheck.ts";

/** Findings that are spelled out; the rest is in the table. */
const MOST_FINDINGS = 3;

/** The verdict over comparisons, each tested at `level`, first those of all groups together. */
export function emulatorVerdict(
  groups: readonly GroupComparison[],
  level: number,
  numFailed: number,
): Pick<EmulatorCheck, "isAlike" | "verdict" | "notices"> {
  const all = groups.flatMap(({ label, comparisons }) => comparisons.map((comparison) => ({ label, comparison })));
  const found = all.filter(({ comparison }) => comparison.pValue < level);
  const failures =
    numFailed === 0
      ? []
      : [`The simulator failed at ${numFailed} of the posterior draws: the emulator knows only of runs that succeed.`];
  if (found.length === 0) {
    const { label, comparison } = all.reduce((worst, each) =>
      each.comparison.pValue < worst.comparison.pValue ? each : worst,
    );
    const verdict =
      "Where the posterior lives, the emulator cannot be told from the simulator: the smallest p-value of " +
      `${all.length} ${all.length === 1 ? "comparison" : "comparisons"} is ${format(comparison.pValue)} ` +
      `(${nameOf(label, comparison)}, accuracy ${comparison.accuracy.toFixed(3)}).`;
    return { isAlike: true, verdict, notices: failures };
  }
  const worst = found.toSorted((a, b) => b.comparison.accuracy - a.comparison.accuracy).slice(0, MOST_FINDINGS);
  const verdict =
    `Where the posterior lives, the emulator differs from the simulator in ${found.length} of ${all.length} ` +
    `${all.length === 1 ? "comparison" : "comparisons"}: ` +
    `${worst.map(({ label, comparison }) => describe(label, comparison)).join("; ")}. ` +
    "Simulate there and train on (refine), or train with more simulations.";
  return { isAlike: false, verdict, notices: [verdict, ...failures] };
}

function nameOf(label: string, { column }: Comparison): string {
  return `${label}, ${column ?? "all columns jointly"}`;
}

function describe(label: string, comparison: Comparison): string {
  const { accuracy, pValue, shift, scaleRatio } = comparison;
  const sides = shift === undefined || scaleRatio === undefined ? "" : `, ${direction(shift, scaleRatio)}`;
  return `${nameOf(label, comparison)} (accuracy ${accuracy.toFixed(3)}, p ${format(pValue)}${sides})`;
}

/** How the emulator's draws lie beside the simulator's. */
function direction(shift: number, scaleRatio: number): string {
  const place = `${Math.abs(shift).toFixed(2)} sd too ${shift < 0 ? "low" : "high"}`;
  const width = `${Math.abs(100 * (scaleRatio - 1)).toFixed(0)} % too ${scaleRatio < 1 ? "narrow" : "wide"}`;
  return `${place}, ${width}`;
}

function format(pValue: number): string {
  return pValue < 0.001 ? pValue.toExponential(0) : pValue.toFixed(3);
}
