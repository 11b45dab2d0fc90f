import { describeSupport, isOnSupport, PoolishError } from "@poolish/core";
import { requireCounts } from "@poolish/estimators";
import type { Simulations } from "./simulations.ts";

/** Fewer simulations than this cannot tell a density from its noise. */
const FEWEST_SIMULATIONS = 200;

/** @throws PoolishError for simulations that nle() cannot learn from: their columns, their number, their values. */
export function requireLearnable(simulations: Simulations): void {
  requireOneCountColumn(simulations);
  const { columns, count, x } = simulations;
  if (count < FEWEST_SIMULATIONS) {
    throw new PoolishError(`${count} simulations are too few to learn from`, {
      kind: "input",
      field: "count",
      remedy: `Simulate at least ${FEWEST_SIMULATIONS}.`,
    });
  }
  requireThetaOnSupport(simulations);
  requireCounts(columns[0].name, x);
  if (!x.every((value) => value === x[0])) return;
  throw new PoolishError(`every simulation gave ${x[0]}`, {
    kind: "input",
    field: columns[0].name,
    remedy: "Widen the prior or look for a fault in the simulator.",
  });
}

function requireOneCountColumn({ columns }: Simulations): void {
  if (columns.length === 1 && columns[0].kind === "count") return;
  const kinds = columns.map(({ name, kind }) => `${name} (${kind})`).join(", ") || "no column";
  throw new PoolishError(`nle() learns a single column of counts, these simulations have ${kinds}`, {
    kind: "input",
    field: "columns",
    remedy: "Simulate one count column.",
  });
}

/** What `simulate` draws is on its support; what was made or edited by hand may not be. */
function requireThetaOnSupport({ parameters, theta, count }: Simulations): void {
  const width = parameters.length;
  for (let row = 0; row < count; row++) {
    for (let p = 0; p < width; p++) {
      const { name, support } = parameters[p];
      const value = theta[row * width + p];
      if (isOnSupport(support, value)) continue;
      throw new PoolishError(`${value} is not ${describeSupport(support)}`, {
        kind: "input",
        field: name,
        row,
        remedy: "Leave the simulation out, or simulate again.",
      });
    }
  }
}
