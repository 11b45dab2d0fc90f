import type { Fit } from "@poolish/inference";
import type { Experiment } from "./diffusion.ts";

/** The true value of each scalar by the name that summaries have for it: what all subjects share, and what each has. */
export function truths({ population: { v, a, z, t, theta }, subjects }: Experiment): ReadonlyMap<string, number> {
  const each = [...subjects].flatMap(([name, own]): [string, number][] => [
    [`v[${name}]`, own.v],
    [`a[${name}]`, own.a],
    [`t[${name}]`, own.t],
  ]);
  return new Map([
    ["v_Intercept", v],
    ["a_Intercept", Math.log(a)],
    ["t_Intercept", Math.log(t)],
    ["z", z],
    ["theta", theta],
    ...each,
  ]);
}

export interface Coverage {
  readonly inside: number;
  readonly total: number;
}

/** How many true values lie within their central 90 % intervals. */
export function coverageOf(fit: Fit, truth: ReadonlyMap<string, number>): Coverage {
  const rows = fit.summary().filter(({ name }) => truth.has(name));
  const inside = rows.filter(({ name, q5, q95 }) => {
    const value = truth.get(name);
    return value !== undefined && value >= q5 && value <= q95;
  });
  return { inside: inside.length, total: rows.length };
}
