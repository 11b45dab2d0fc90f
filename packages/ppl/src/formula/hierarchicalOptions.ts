import type { Likelihood } from "@poolish/core";
import type { LapseColumn } from "../learned/lapseDensity.ts";
import type { FormulaData } from "./formulaData.ts";
import type { LinkOptions } from "./link.ts";

/** How groups inform each other: as the formulas say; not at all (all trials alike); or every group for itself. */
export type Pooling = "partial" | "complete" | "none";

/** What a parameter depends on: a formula, a formula with its link, or a known number. */
export type ParameterFormula = string | number | ({ readonly formula: string } & LinkOptions);

/** Trials that come from elsewhere, explained by log((1 − π) p(x | θ) + π q(x)). */
export interface HierarchicalLapse {
  /**
   * π: a known number (0.05), or a formula as parameters have them, for `lapse`: "1" for one probability with a prior
   * ("lapse_Intercept", on the logit scale), "1 + (1 | subject)" for one a subject.
   */
  readonly probability: ParameterFormula;
  /** q: a density with known numbers for each column that the likelihood explains. */
  readonly density: Readonly<Record<string, LapseColumn>>;
}

interface CommonOptions {
  /** The model's name; "hierarchical" if absent. */
  readonly name?: string;
  /**
   * Formulas by parameter of the likelihood. A parameter that is left out has `1 + (1 | group)`, or `1` where no group
   * is named or nothing is pooled partially.
   */
  readonly parameters?: Readonly<Record<string, ParameterFormula>>;
  /** The grouping column of default formulas, and of `pooling: "none"`. */
  readonly group?: string;
  /** "partial" if absent. "complete" drops the group terms; "none" fits each group as if it were alone. */
  readonly pooling?: Pooling;
  /** Levels of categorical columns, the reference first. Columns of numbers with levels are categories. */
  readonly levels?: Readonly<Record<string, readonly string[]>>;
  /** Priors as text, by the variables that `describe` prints: { "v_Intercept": "normal(0, 1)" }. */
  readonly priors?: Readonly<Record<string, string>>;
  /** Sample the groups' coefficients themselves (true) or standard offsets (false): everywhere, or by "v|subject". */
  readonly centred?: boolean | Readonly<Record<string, boolean>>;
  /** False turns off the barrier around the boxes that likelihoods were trained in; see `learned`. */
  readonly guard?: boolean;
}

export interface HierarchicalOptions extends CommonOptions {
  readonly likelihood: Likelihood;
  readonly lapse?: HierarchicalLapse;
  /** One row a trial: the likelihood's columns and conditions, predictors and groups. */
  readonly data: FormulaData;
}

/** Data of one kind with the likelihood that explains them. */
export interface HierarchicalDataset {
  readonly name: string;
  readonly likelihood: Likelihood;
  readonly lapse?: HierarchicalLapse;
  readonly data: FormulaData;
}

/** Several data sets. A parameter that is not shared goes by NAME_parameter, in formulas and among the variables. */
export interface HierarchicalDatasets extends CommonOptions {
  readonly datasets: readonly HierarchicalDataset[];
  /** Parameters that are the same in all data sets whose likelihoods have them. */
  readonly shared?: readonly string[];
}

export type AnyHierarchicalOptions = HierarchicalOptions | HierarchicalDatasets;
