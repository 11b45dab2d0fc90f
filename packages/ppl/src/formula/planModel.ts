import { type Design, designFromTable } from "./design.ts";
import type { GroupTerm } from "./formula.ts";
import { concatenated, levelsOf, tableOf } from "./formulaData.ts";
import { groupMembers } from "./groupMembers.ts";
import type { AnyHierarchicalOptions, ParameterFormula, Pooling } from "./hierarchicalOptions.ts";
import { checkDesign, checkEachGroup } from "./identifiability.ts";
import { type LinkOptions, staysOnSupport } from "./link.ts";
import type { FixedParameter, ParameterPlan } from "./parameterPlan.ts";
import { datasetsOf, type ParameterUnit, parameterUnits } from "./parameterUnits.ts";
import { type PlanChoices, planParameter, refuseUnknownChoices } from "./planParameter.ts";
import { aloneGroup, defaultFormula, pooledFormula } from "./pooledFormula.ts";
import type { Training } from "./training.ts";

/** A whole model as it was decided, before any of it is sampled. */
export interface HierarchicalPlan {
  readonly pooling: Pooling;
  readonly parameters: readonly ParameterPlan[];
  readonly fixed: readonly FixedParameter[];
  /** The site of each data set's observations. */
  readonly sites: readonly string[];
  readonly datasets: readonly {
    readonly name: string;
    readonly numTrials: number;
    readonly columns: readonly string[];
  }[];
  readonly notices: readonly string[];
}

/** A unit with its formula in force and its design. */
interface Designed extends LinkOptions {
  readonly unit: ParameterUnit;
  readonly formulaText: string;
  readonly design: Design;
}

/** Settles everything about a model and checks it against its data. @throws PoolishError as `hierarchical` does. */
export function planModel(options: AnyHierarchicalOptions): HierarchicalPlan {
  const { pooling = "partial" } = options;
  const datasets = datasetsOf(options);
  const units = parameterUnits(options);
  const designed = designUnits(options, units);
  const choices: PlanChoices = {
    priors: options.priors ?? {},
    centred: options.centred,
    known: { priors: new Set(), terms: new Set() },
  };
  const notices = new Set<string>();
  const parameters = designed.map((each) => {
    const plan = planUnit(each, pooling, choices);
    for (const notice of noticesOf(plan, pooling)) notices.add(notice);
    return plan;
  });
  refuseUnknownChoices(choices);
  return {
    pooling,
    parameters,
    fixed: units.flatMap(({ name, spec, datasets: targets, formula }) =>
      typeof formula === "number" ? [{ name, spec, datasets: targets, value: formula }] : [],
    ),
    sites: datasets.map(({ name, likelihood }) => name || likelihood.columns.map((column) => column.name).join("_")),
    datasets: datasets.map(({ name, likelihood, data }) => ({
      name,
      numTrials: tableOf(data).numRows,
      columns: likelihood.columns.map((column) => column.name),
    })),
    notices: [...notices],
  };
}

/** Designs of all units, with the same members of a grouping factor in each: also where data sets have different ones. */
function designUnits(options: AnyHierarchicalOptions, units: readonly ParameterUnit[]): Designed[] {
  const { pooling = "partial", group, levels = {} } = options;
  const tables = datasetsOf(options).map(({ data }) => tableOf(data));
  const free = units.filter(({ formula }) => typeof formula !== "number");
  const texts = free.map(({ formula }) => textOf(formula, defaultFormula(pooling, group)));
  const alone: GroupTerm | undefined = pooling === "none" ? aloneGroup(group, texts) : undefined;
  const designWith = (known: Partial<Training>): Designed[] =>
    free.map((unit, i) => {
      const formula = pooledFormula(unit.name, texts[i], pooling, alone);
      const table = concatenated(unit.datasets.map((d) => tables[d]));
      const links = typeof unit.formula === "object" ? unit.formula : {};
      return { ...links, unit, formulaText: texts[i], design: designFromTable(formula, table, known) };
    });
  const designed = designWith({ levels });
  if (tables.length === 1) return designed;
  return designWith({
    levels: { ...sorted(groupMembers(designed.map(({ design }) => design))), ...levels },
    categorical: Object.keys(levels),
  });
}

function textOf(formula: ParameterFormula | undefined, fallback: string): string {
  if (formula === undefined || typeof formula === "number") return fallback;
  return typeof formula === "string" ? formula : formula.formula;
}

function sorted(members: Training["levels"]): Training["levels"] {
  return Object.fromEntries(Object.entries(members).map(([name, levels]) => [name, levelsOf(levels)]));
}

function planUnit(designed: Designed, pooling: Pooling, choices: PlanChoices): ParameterPlan {
  const { unit, formulaText, design, ...links } = designed;
  const [alone] = pooling === "none" ? design.groups : [];
  return planParameter({ ...links, ...unit, formulaText, design, ...(alone === undefined ? {} : { alone }) }, choices);
}

function noticesOf({ name, design, link, spec, formulaText }: ParameterPlan, pooling: Pooling): string[] {
  const notices: string[] = [];
  if (pooling === "none") {
    notices.push(...checkDesign({ ...design, groups: [] }));
    checkEachGroup(design, design.groups[0]);
  } else {
    notices.push(...checkDesign(design));
  }
  if (pooling === "complete" && formulaText.includes("|")) {
    notices.push(`${name}: complete pooling leaves the group terms of "${formulaText}" out.`);
  }
  if (!staysOnSupport(link, spec.support)) {
    notices.push(
      `${name}: the ${link.name} link can leave the parameter's support, where the likelihood is zero; expect divergences.`,
    );
  }
  return notices;
}
