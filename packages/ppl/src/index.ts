export type { Distribution, VectorDistribution } from "@poolish/distributions";
export {
  bernoulli,
  bernoulliLogit,
  beta,
  binomial,
  binomialLogit,
  categorical,
  cauchy,
  censored,
  dirichlet,
  exponential,
  gamma,
  geometric,
  halfCauchy,
  halfNormal,
  inverseGamma,
  laplace,
  lkjCholesky,
  logistic,
  logNormal,
  mixture,
  multivariateNormal,
  negativeBinomial,
  normal,
  poisson,
  poissonLog,
  studentT,
  truncated,
  uniform,
  vonMises,
  weibull,
} from "@poolish/distributions";
export { describe } from "./formula/describe.ts";
export { type Design, designOf, type GroupDesign } from "./formula/design.ts";
export type { DesignBlock } from "./formula/designColumns.ts";
export type { Formula, GroupTerm, Term, TermFactor } from "./formula/formula.ts";
export type { FormulaColumn, FormulaData } from "./formula/formulaData.ts";
export type { FormulaSource } from "./formula/formulaSource.ts";
export { type HierarchicalModel, hierarchical } from "./formula/hierarchical.ts";
export type {
  HierarchicalDataset,
  HierarchicalDatasets,
  HierarchicalLapse,
  HierarchicalOptions,
  ParameterFormula,
  Pooling,
} from "./formula/hierarchicalOptions.ts";
export type { Link, LinkName, LinkOptions } from "./formula/link.ts";
export type {
  Coefficient,
  FixedParameter,
  GroupCoefficient,
  GroupPlan,
  ParameterPlan,
} from "./formula/parameterPlan.ts";
export { parseFormula } from "./formula/parseFormula.ts";
export type { HierarchicalPlan } from "./formula/planModel.ts";
export { type Prior, parsePrior, priorText } from "./formula/prior.ts";
export type { Standardisation, Training } from "./formula/training.ts";
export type { LapseColumn, LapseColumnDescriptor, LapseDensity } from "./learned/lapseDensity.ts";
export { observedLikelihood } from "./learned/observedLikelihood.ts";
export { densityOf, type PriorLikelihood, priorLikelihood } from "./learned/priorLikelihood.ts";
export { type BoxEdges, boxEdges } from "./learned/trainingBox.ts";
export {
  type CompiledModel,
  elementNames,
  type Observation,
  type PlainObservation,
  type Variable,
} from "./model/compiledModel.ts";
export { type LapseOptions, type LearnedLikelihood, type LearnedOptions, learned } from "./model/learned.ts";
export { type LearnedPrior, type LearnedPriorOptions, learnedPrior } from "./model/learnedPrior.ts";
export { type LinkedModel, linkModel } from "./model/linkModel.ts";
export { type Model, type ModelContext, type ModelFunction, model, type ObserveOptions } from "./model/model.ts";
export { type NonCentered, nonCentered } from "./model/nonCentered.ts";
export { temperedModel } from "./model/temperedModel.ts";
export { familySampler, type LogDensityInstruction } from "./tape/familySampler.ts";
export { inputSlots } from "./tape/inputSlots.ts";
export type { Instruction, Layout, RowPart, Slot } from "./tape/instruction.ts";
export { type LatentDensityInstruction, latentDensity } from "./tape/latentDensity.ts";
export { type LearnedPriorInstruction, learnedPriorSampler } from "./tape/learnedPriorStep.ts";
export { gatherTheta } from "./tape/learnedStep.ts";
export { type LinkedSteps, linkSteps } from "./tape/linkSteps.ts";
export type { Step } from "./tape/step.ts";
export { type Compilation, compile } from "./trace/compile.ts";
export {
  abs,
  add,
  cos,
  diagMul,
  div,
  dot,
  exp,
  expm1,
  inverseLogit,
  log,
  log1p,
  logGamma,
  logit,
  logSumExp,
  matVec,
  max,
  mean,
  min,
  mul,
  neg,
  pow,
  sin,
  softplus,
  sqrt,
  square,
  stack,
  sub,
  sum,
  tanh,
  vector,
} from "./trace/functions.ts";
export type { Node, Operand } from "./trace/node.ts";
export type { Observed } from "./trace/observedSite.ts";
