import { type Columns, type Likelihood, locateError, PoolishError } from "@poolish/core";
import type { Distribution, VectorDistribution } from "@poolish/distributions";
import type { CompiledModel } from "../model/compiledModel.ts";
import type { LearnedLikelihood } from "../model/learned.ts";
import type { LearnedPrior } from "../model/learnedPrior.ts";
import type { Model, ModelContext, ObserveOptions } from "../model/model.ts";
import { callerLine } from "./callerLine.ts";
import { withDeepStacks } from "./deepStacks.ts";
import { broadcastOuter, describeDims, outerDims } from "./dims.ts";
import { guardData } from "./guardData.ts";
import { sampleSite } from "./latentSite.ts";
import { sampleLearnedPrior } from "./learnedPriorSite.ts";
import { observeLearned } from "./learnedSite.ts";
import { createModelBuilder, type ModelBuilder } from "./modelBuilder.ts";
import { makeNode, type Operand } from "./node.ts";
import { type Observed, observeSite } from "./observedSite.ts";
import { plate } from "./plate.ts";
import { hasKey, refuseDistribution } from "./refuseDistribution.ts";
import { toValue } from "./value.ts";

/** A compiled model with the live likelihoods that its descriptors stand for, in the same order. */
export interface Compilation {
  readonly model: CompiledModel;
  readonly likelihoods: readonly Likelihood[];
}

/**
 * Runs the model function once on symbolic values and returns the tape that it leaves. Data are checked here.
 * @throws PoolishError for model code or data that cannot be right, naming the site, the column and the row, and the
 * line of the model function.
 */
export function compile<Data>(model: Model<Data>, data: Data): Compilation {
  const builder = createModelBuilder();
  const guarded = guardData(data);
  const session = { isOver: false };
  try {
    withDeepStacks(() => {
      const result: unknown = model.define(contextFor(model.name, builder, session), guarded.data);
      if (result instanceof Promise) refusePromise(model, result);
    });
  } catch (error) {
    throw withLine(error);
  } finally {
    session.isOver = true;
  }
  requireEvidence(model, builder, guarded.unreadColumns());
  return builder.finish(model.name);
}

/** Adds the user's line to an error of ours, from the stack that it carries. */
function withLine(error: unknown): unknown {
  if (!(error instanceof PoolishError) || error.at !== undefined) return error;
  const line = callerLine(error);
  return line === undefined ? error : locateError(error, line);
}

/** What an async function says after its first await comes too late for the tape. */
function refusePromise(
  { name, definedAt }: Pick<Model<never>, "name" | "definedAt">,
  promise: Promise<unknown>,
): never {
  promise.catch(() => {});
  throw new PoolishError("the model function is async", {
    kind: "model",
    field: name,
    ...lineOf(definedAt),
    remedy: "Load what it needs before, and pass it as data.",
  });
}

function lineOf(definedAt: (() => string | undefined) | undefined): { at?: string } {
  const at = definedAt?.();
  return at === undefined ? {} : { at };
}

/** A column that the model never reads, in a model that observes nothing, was most likely to be observed. */
function requireEvidence(
  { name, definedAt }: Pick<Model<never>, "name" | "definedAt">,
  builder: ModelBuilder,
  unread: readonly string[],
): void {
  if (builder.hasEvidence()) return;
  if (unread.length === 0) {
    builder.notices.push("The model observes nothing: its posterior is its prior.");
    return;
  }
  throw new PoolishError(`the model observes nothing, and never reads the data ${unread.join(", ")}`, {
    kind: "model",
    field: name,
    ...lineOf(definedAt),
    remedy:
      "Add observe(name, distribution, data.column); to sample the prior, pass only the data that the model reads.",
  });
}

function contextFor(name: string, builder: ModelBuilder, session: { readonly isOver: boolean }): ModelContext {
  const open = (): ModelBuilder => {
    if (!session.isOver) return builder;
    throw new PoolishError("the model function has already returned", {
      kind: "model",
      field: name,
      remedy: "Call sample, plate, observe, deterministic and factor only while it runs.",
    });
  };
  return {
    sample: ((site: string, how: Parameters<typeof sampleSite>[2] | LearnedPrior) => {
      if (!hasKey(how, "learnedPrior", "nonCentered", "family")) refuseDistribution("sample", site, how);
      return "learnedPrior" in how ? sampleLearnedPrior(open(), site, how) : sampleSite(open(), site, how);
    }) as ModelContext["sample"],
    plate: (site, size, body) => plate(open(), site, size, body),
    observe(
      site: string,
      explanation: Distribution | VectorDistribution | LearnedLikelihood,
      data: Observed | Columns,
      options: ObserveOptions = {},
    ) {
      if (!hasKey(explanation, "likelihood", "family")) refuseDistribution("observe", site, explanation);
      if ("likelihood" in explanation) observeLearned(open(), site, explanation, data as Columns, options);
      else observeSite(open(), site, explanation, data as Observed, options);
    },
    deterministic(site, value) {
      open().claimName(site);
      const node = makeNode({ ...toValue(builder.graph, value), label: site });
      builder.addVariable({ name: site, kind: "deterministic", node });
      return node;
    },
    factor: (value) => factor(open(), value),
  };
}

function factor(builder: ModelBuilder, operand: Operand): void {
  const value = toValue(builder.graph, operand);
  const outer = outerDims(value.dims);
  const { plates } = builder;
  if (outer.length < plates.length || broadcastOuter(plates, outer) === undefined) {
    throw new PoolishError(`a factor inside ${describeDims(plates)} has shape ${describeDims(value.dims)}`, {
      kind: "model",
      field: value.label,
      remedy: "Give it one value for each member of the plate, or call factor outside of it.",
    });
  }
  builder.addFactor(value);
}
