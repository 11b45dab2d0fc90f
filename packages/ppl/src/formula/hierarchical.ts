import { type Columns, PoolishError } from "@poolish/core";
import { LAPSE_PARAMETER } from "../learned/lapsing.ts";
import { learned } from "../model/learned.ts";
import type { Model, ModelContext } from "../model/model.ts";
import type { Operand } from "../trace/node.ts";
import { type Design, designFromTable } from "./design.ts";
import { concatenated, type FormulaData, type FormulaTable, isText, tableOf } from "./formulaData.ts";
import { groupMembers } from "./groupMembers.ts";
import type {
  AnyHierarchicalOptions,
  HierarchicalDataset,
  HierarchicalDatasets,
  HierarchicalOptions,
} from "./hierarchicalOptions.ts";
import { sampleParameter } from "./linearPredictor.ts";
import { datasetsOf } from "./parameterUnits.ts";
import { type HierarchicalPlan, planModel } from "./planModel.ts";
import type { Training } from "./training.ts";

/** A model that formulas made. `describe` prints it; `infer` takes it with data like any other. */
export interface HierarchicalModel<Data> extends Model<Data> {
  /** What was decided: links, priors, parametrisations, designs. */
  readonly plan: HierarchicalPlan;
  /** What a user should know about the design before sampling. */
  readonly notices: readonly string[];
}

/**
 * A hierarchical model of a likelihood's parameters in one call, by formulas in the notation of lme4 and bambi:
 * `parameters: { v: "1 + conf + (1 + conf | subject)", t: { formula: "1 + (1 | subject)", link: "log" } }`. Effects are
 * added on the scale of a link that follows from the parameter's support; columns of text are categories; priors that
 * are not given come from the box that the likelihood was trained in (see `defaultPriors`). Nothing is guessed without
 * being printed by `describe`. The designs of new data are coded, scaled and centred as those of `data` were.
 * @throws PoolishError, before any sampling, for a formula (with its column), data (with column and row), and for
 * designs whose coefficients cannot be told apart.
 */
export function hierarchical(options: HierarchicalOptions): HierarchicalModel<FormulaData>;
/** The same for several data sets, each with its likelihood. The data of `infer` are a list in the same order. */
export function hierarchical(options: HierarchicalDatasets): HierarchicalModel<readonly FormulaData[]>;
export function hierarchical(
  options: AnyHierarchicalOptions,
): HierarchicalModel<FormulaData> | HierarchicalModel<readonly FormulaData[]> {
  const plan = planModel(options);
  const common = { name: options.name ?? "hierarchical", plan, notices: plan.notices };
  const datasets = datasetsOf(options);
  const { guard = true } = options;
  if ("datasets" in options) {
    const several: HierarchicalModel<readonly FormulaData[]> = {
      ...common,
      define: (context, data) => defineModel(context, plan, { datasets, guard }, data),
    };
    return several;
  }
  const single: HierarchicalModel<FormulaData> = {
    ...common,
    define: (context, data) => defineModel(context, plan, { datasets, guard }, [data]),
  };
  return single;
}

function defineModel(
  context: ModelContext,
  plan: HierarchicalPlan,
  { datasets, guard }: { readonly datasets: readonly HierarchicalDataset[]; readonly guard: boolean },
  data: readonly FormulaData[],
): void {
  if (data.length !== datasets.length) {
    throw new PoolishError(`the model has ${datasets.length} data sets, the data ${data.length}`, {
      kind: "input",
      field: "data",
      remedy: `Pass a list with the data of ${datasets.map(({ name }) => name).join(", ")}.`,
    });
  }
  const tables = data.map(tableOf);
  const parts = tables.map((): Record<string, Operand> => ({}));
  for (const { spec, value, datasets: targets } of plan.fixed) {
    for (const d of targets) parts[d][spec.name] = value;
  }
  const designs = designsOf(plan, tables);
  plan.parameters.forEach((parameter, p) => {
    const value = sampleParameter(context, parameter, designs[p]);
    let start = 0;
    for (const d of parameter.datasets) {
      const { numRows } = tables[d];
      const rows = Int32Array.from({ length: numRows }, (_, row) => start + row);
      const isWhole = value.dims.length === 0 || parameter.datasets.length === 1;
      parts[d][parameter.spec.name] = isWhole ? value : value.at(rows);
      start += numRows;
    }
  });
  datasets.forEach(({ name, likelihood, lapse }, d) => {
    const observed = observedColumns(tables[d], { name, likelihood });
    const { [LAPSE_PARAMETER.name]: probability, ...own } = parts[d];
    const explained =
      lapse === undefined
        ? learned(likelihood, parts[d], { guard })
        : learned(likelihood, own, { guard, lapse: { probability, density: lapse.density } });
    context.observe(plan.sites[d], explained, observed);
  });
}

/** The designs of all parameters on these data, with the same members of a grouping factor in each. */
function designsOf({ parameters }: HierarchicalPlan, tables: readonly FormulaTable[]): Design[] {
  let groups: Training["levels"] = {};
  const redesign = (): Design[] =>
    parameters.map(({ design: { formula, training }, datasets }) => {
      const table = concatenated(datasets.map((d) => tables[d]));
      const levels = { ...training.levels, ...groups };
      return designFromTable(formula, table, { ...training, levels });
    });
  const designs = redesign();
  if (tables.length === 1) return designs;
  // New groups of one data set are members in the others too.
  groups = groupMembers(designs);
  return redesign();
}

/** @throws PoolishError for a column that is missing or holds text. */
function observedColumns(
  { columns }: FormulaTable,
  { name, likelihood }: Pick<HierarchicalDataset, "name" | "likelihood">,
): Columns {
  const wanted = [...likelihood.columns, ...likelihood.conditions];
  return Object.fromEntries(
    wanted.map((spec) => {
      const column = columns.get(spec.name);
      if (column !== undefined && !isText(column)) return [spec.name, column];
      const what = column === undefined ? "the data have no such column" : "the column holds text";
      throw new PoolishError(`${what}, and the likelihood explains its numbers`, {
        kind: "input",
        field: name === "" ? spec.name : `${name}.${spec.name}`,
        remedy: `Pass numbers in the columns ${wanted.map((each) => each.name).join(", ")}, categories as codes.`,
      });
    }),
  );
}
