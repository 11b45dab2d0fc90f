export type { Distribution } from "@poolish/distributions";
export {
  bernoulli,
  beta,
  binomial,
  cauchy,
  exponential,
  gamma,
  halfCauchy,
  halfNormal,
  laplace,
  logNormal,
  negativeBinomial,
  normal,
  poisson,
  studentT,
  uniform,
} from "@poolish/distributions";
export {
  type CompiledModel,
  elementNames,
  type Observation,
  type PlainObservation,
  type Variable,
} from "./model/compiledModel.ts";
export { type LearnedLikelihood, learned } from "./model/learned.ts";
export { type LinkedModel, linkModel } from "./model/linkModel.ts";
export { type Model, type ModelContext, type ModelFunction, model } from "./model/model.ts";
export { temperedModel } from "./model/temperedModel.ts";
export type { Instruction, Layout, RowPart, Slot } from "./tape/instruction.ts";
export { type Compilation, compile } from "./trace/compile.ts";
export type { Node, Operand } from "./trace/node.ts";
