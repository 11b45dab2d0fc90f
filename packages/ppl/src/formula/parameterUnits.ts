import { type ParameterSpec, PoolishError } from "@poolish/core";
import type { AnyHierarchicalOptions, HierarchicalDataset, ParameterFormula } from "./hierarchicalOptions.ts";
import { isLapse, parametersOf } from "./lapseUnit.ts";

/** A parameter to be modelled once: for one data set, or for all that share it. */
export interface ParameterUnit {
  /** What its variables begin with, and what formulas call it. */
  readonly name: string;
  readonly spec: ParameterSpec;
  readonly datasets: readonly number[];
  readonly formula: ParameterFormula | undefined;
}

export function datasetsOf(options: AnyHierarchicalOptions): readonly HierarchicalDataset[] {
  if (!("datasets" in options)) {
    const { likelihood, data, lapse } = options;
    return [{ name: "", likelihood, data, ...(lapse === undefined ? {} : { lapse }) }];
  }
  const { datasets } = options;
  const repeated = datasets.find(
    ({ name }, i) => datasets.findIndex((other) => other.name === name) < i || name === "",
  );
  if (datasets.length === 0)
    refuse("datasets", "the list is empty", "Pass { name, likelihood, data } for each data set.");
  if (repeated !== undefined)
    refuse("datasets", `the name "${repeated.name}" is not one data set's alone`, "Give each a name of its own.");
  return datasets;
}

/**
 * The parameters of all likelihoods with their formulas; a shared one is one unit.
 * @throws PoolishError for formulas and shared names that no likelihood has.
 */
export function parameterUnits(options: AnyHierarchicalOptions): ParameterUnit[] {
  const datasets = datasetsOf(options);
  const shared = "datasets" in options ? (options.shared ?? []) : [];
  const formulas = options.parameters ?? {};
  const units = datasets.flatMap((dataset, d) =>
    parametersOf(dataset).flatMap((spec): ParameterUnit[] => {
      const all = shared.includes(spec.name) ? sharersOf(datasets, spec.name) : [d];
      if (all[0] !== d) return [];
      const { name } = dataset;
      const isOwn = name !== "" && !shared.includes(spec.name);
      const own = isOwn ? `${name}_${spec.name}` : spec.name;
      return [
        {
          name: own,
          spec: commonSpec(datasets, all, spec.name),
          datasets: all,
          formula: isLapse(spec) ? dataset.lapse?.probability : (formulas[own] ?? formulas[spec.name]),
        },
      ];
    }),
  );
  refuseUnused(shared, datasets, units, Object.keys(formulas));
  return units;
}

function sharersOf(datasets: readonly HierarchicalDataset[], parameter: string): number[] {
  return datasets.flatMap((dataset, d) => (parametersOf(dataset).some(({ name }) => name === parameter) ? [d] : []));
}

/** One support for all, and the box that all were trained in. */
function commonSpec(
  datasets: readonly HierarchicalDataset[],
  sharers: readonly number[],
  parameter: string,
): ParameterSpec {
  const specs = sharers.flatMap((d) => parametersOf(datasets[d]).filter(({ name }) => name === parameter));
  const [first] = specs;
  const isAlike = ({ support }: ParameterSpec): boolean =>
    support.kind === first.support.kind &&
    support.lower === first.support.lower &&
    support.upper === first.support.upper;
  if (!specs.every(isAlike)) {
    refuse(parameter, "the likelihoods that share it give it different supports", "Leave it out of `shared`.");
  }
  const lower = Math.max(...specs.map(({ box }) => box[0]));
  const upper = Math.min(...specs.map(({ box }) => box[1]));
  if (lower < upper) return { ...first, box: [lower, upper] };
  return refuse(
    parameter,
    "the likelihoods that share it were trained in boxes that do not meet",
    "Leave it out of `shared`, or train in one box.",
  );
}

function refuseUnused(
  shared: readonly string[],
  datasets: readonly HierarchicalDataset[],
  units: readonly ParameterUnit[],
  formulas: readonly string[],
): void {
  const alone = shared.find((name) => sharersOf(datasets, name).length < 2);
  if (alone !== undefined) {
    const names = [...new Set(units.map(({ spec }) => spec.name))].join(", ");
    refuse(
      alone,
      "fewer than two likelihoods have this parameter, which `shared` names",
      `The parameters are ${names}.`,
    );
  }
  const known = new Set(units.flatMap(({ name, spec }) => (isLapse(spec) ? [] : [name, spec.name])));
  const unknown = formulas.find((name) => !known.has(name));
  if (unknown === undefined) return;
  refuse(
    unknown,
    "the formula is for a parameter that no likelihood has",
    `The parameters are ${[...known].join(", ")}.`,
  );
}

function refuse(field: string, message: string, remedy: string): never {
  throw new PoolishError(message, { kind: "model", field, remedy });
}
