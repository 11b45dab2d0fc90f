import type { ParameterSpec } from "@poolish/core";
import type { Design } from "./design.ts";
import type { Link } from "./link.ts";
import type { Prior } from "./prior.ts";

/** A coefficient of the whole population, for one column of the fixed-effects matrix. */
export interface Coefficient {
  /** The variable: "v_Intercept", "v_condition[hard]". */
  readonly name: string;
  /** The column: "Intercept", "condition[hard]". */
  readonly column: string;
  readonly prior: Prior;
}

/** How one column's coefficient deviates from group to group. */
export interface GroupCoefficient {
  /** The variable: "v_1|subject". Its standard deviation is called `name` + "_sigma". */
  readonly name: string;
  readonly column: string;
  /** The prior of its standard deviation between groups. */
  readonly prior: Prior;
  /** The population's coefficient of the same column, which is the mean of the groups' if they are centred. */
  readonly mean?: number;
}

/** The LKJ prior of the correlations between the coefficients of a group. */
export interface CorrelationPlan {
  /** What the prior goes by: "v_1+conf|subject_correlation". */
  readonly name: string;
  readonly shape: number;
  readonly isCustom: boolean;
  /** Variables of the single correlations: that of coefficients i + 1 and j is pairs[i][j]. */
  readonly pairs: readonly (readonly string[])[];
}

/** A group term with its choices. */
export interface GroupPlan {
  readonly grouping: string;
  readonly levels: readonly string[];
  readonly coefficients: readonly GroupCoefficient[];
  /** True: the groups' coefficients are sampled themselves; false: standard normal offsets from the population. */
  readonly isCentred: boolean;
  /** Why it is centred or not. */
  readonly reason: string;
  /** Absent where the coefficients are independent. */
  readonly correlation?: CorrelationPlan;
}

/** Everything that was decided about one parameter of a likelihood. */
export interface ParameterPlan {
  /** What its variables begin with: the parameter's name, after that of the data set if there are several. */
  readonly name: string;
  readonly spec: ParameterSpec;
  readonly formulaText: string;
  readonly link: Link;
  /** Which data sets it serves, by index: one, or all that share it. */
  readonly datasets: readonly number[];
  /** The design of the training data: the rows of its data sets one after another. */
  readonly design: Design;
  readonly coefficients: readonly Coefficient[];
  readonly groups: readonly GroupPlan[];
  /** Without pooling: each member of this factor has coefficients of its own, and `groups` is empty. */
  readonly alone?: { readonly grouping: string; readonly levels: readonly string[] };
}

/** A parameter that is a known number. */
export interface FixedParameter {
  readonly name: string;
  readonly spec: ParameterSpec;
  readonly datasets: readonly number[];
  readonly value: number;
}

export const columnsOf = (blocks: Design["blocks"]): Float64Array[] => blocks.flatMap(({ columns }) => columns);
export const namesOf = (blocks: Design["blocks"]): string[] => blocks.flatMap(({ names }) => names);
