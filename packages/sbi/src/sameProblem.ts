import { type ColumnSpec, describeSupport, type ParameterSpec, PoolishError } from "@poolish/core";

/** What a likelihood is of, and what it is given. */
export interface LearnedProblem {
  readonly parameters: readonly ParameterSpec[];
  readonly columns: readonly ColumnSpec[];
  readonly conditions: readonly ColumnSpec[];
}

/**
 * @throws PoolishError naming what of `given` differs from `known`: names, their order, supports, kinds or bounds.
 * Training boxes may differ.
 */
export function requireSameProblem(known: LearnedProblem, given: LearnedProblem, remedy: string): void {
  for (const what of ["parameters", "columns", "conditions"] as const) {
    const [wanted, got] = [known, given].map((problem) => describe(problem, what));
    if (wanted === got) continue;
    throw new PoolishError(`expected the ${what} ${wanted}, got ${got}`, { kind: "input", field: what, remedy });
  }
}

function describe(problem: LearnedProblem, what: keyof LearnedProblem): string {
  const texts =
    what === "parameters"
      ? problem.parameters.map(({ name, support }) => `${name} (${describeSupport(support)})`)
      : problem[what].map(({ name, kind, bounds }) => `${name} (${kind}${describeBounds(bounds)})`);
  return texts.join(", ") || "(none)";
}

function describeBounds(bounds: ColumnSpec["bounds"]): string {
  const { lower = -Infinity, upper = Infinity } = bounds ?? {};
  return lower === -Infinity && upper === Infinity ? "" : ` between ${lower} and ${upper}`;
}
