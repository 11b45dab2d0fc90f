import { type Likelihood, PoolishError, type Simulator } from "@poolish/core";

const namesOf = (specs: readonly { readonly name: string }[] = []): string =>
  specs.map(({ name }) => name).join(", ") || "none";

/** @throws PoolishError unless the simulator has the likelihood's parameters, columns and conditions, in its order. */
export function requireSimulator({ parameters, columns, conditions }: Likelihood, simulator: Simulator): void {
  const pairs = [
    ["parameters", namesOf(parameters), simulator.parameters.join(", ") || "none"],
    ["columns", namesOf(columns), namesOf(simulator.columns)],
    ["conditions", namesOf(conditions), namesOf(simulator.conditions)],
  ] as const;
  for (const [what, wanted, got] of pairs) {
    if (wanted === got) continue;
    throw new PoolishError(`the simulator's ${what} are ${got}, the likelihood's are ${wanted}`, {
      kind: "input",
      field: `simulator.${what}`,
      remedy: "Pass the simulator that the likelihood was trained on.",
    });
  }
}
