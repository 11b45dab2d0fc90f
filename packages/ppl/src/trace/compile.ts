import { type Columns, type Likelihood, PoolishError } from "@poolish/core";
import type { Distribution } from "@poolish/distributions";
import type { CompiledModel } from "../model/compiledModel.ts";
import type { LearnedLikelihood } from "../model/learned.ts";
import type { Model, ModelContext } from "../model/model.ts";
import { sampleSite } from "./latentSite.ts";
import { observeLearned } from "./learnedSite.ts";
import { createModelBuilder, type ModelBuilder } from "./modelBuilder.ts";
import { type Operand, toNode } from "./node.ts";
import { observeSite } from "./observedSite.ts";
import { plate } from "./plate.ts";

/** A compiled model with the live likelihoods that its descriptors stand for, in the same order. */
export interface Compilation {
  readonly model: CompiledModel;
  readonly likelihoods: readonly Likelihood[];
}

/**
 * Runs the model function once on symbolic values and returns the tape that it leaves. Data are checked here.
 * @throws PoolishError for model code or data that cannot be right, naming the site, the column and the row.
 */
export function compile<Data>(model: Model<Data>, data: Data): Compilation {
  const builder = createModelBuilder();
  const result: unknown = model.define(contextFor(builder), guardData(data));
  if (result instanceof Promise) refusePromise(model.name, result);
  return builder.finish(model.name);
}

/** What an async function says after its first await comes too late for the tape. */
function refusePromise(name: string, promise: Promise<unknown>): never {
  promise.catch(() => {});
  throw new PoolishError("the model function is async", {
    kind: "model",
    field: name,
    remedy: "Load what it needs before, and pass it as data.",
  });
}

function contextFor(builder: ModelBuilder): ModelContext {
  return {
    sample: (name, distribution) => sampleSite(builder, name, distribution),
    plate: (name, size, body) => plate(builder, name, size, body),
    observe(name: string, explanation: Distribution | LearnedLikelihood, data: number | ArrayLike<number> | Columns) {
      if ("likelihood" in explanation) observeLearned(builder, name, explanation, data as Columns);
      else observeSite(builder, name, explanation, data as number | ArrayLike<number>);
    },
    deterministic(name, value) {
      builder.claimName(name);
      const node = toNode(builder.graph, value);
      builder.addVariable({ name, kind: "deterministic", node });
      return node;
    },
    factor(value: Operand) {
      const node = toNode(builder.graph, value);
      builder.graph.effect([node.id], (slotOf) => ({ op: "factor", a: slotOf(node.id) }));
    },
  };
}

/** Turns the silent `undefined` of a missing data column into an error that names it. */
function guardData<Data>(data: Data): Data {
  if (typeof data !== "object" || data === null || Array.isArray(data) || ArrayBuffer.isView(data)) return data;
  return new Proxy(data, {
    get(target, key) {
      if (key in target || typeof key === "symbol") return Reflect.get(target, key);
      throw new PoolishError("the model reads this column, but the data have none of that name", {
        kind: "input",
        field: key,
        remedy: `The data have ${Object.keys(target).join(", ") || "no columns"}.`,
      });
    },
  });
}
