import { type Columns, type Likelihood, PoolishError } from "@poolish/core";
import type { Distribution } from "@poolish/distributions";
import type { CompiledModel } from "../model/compiledModel.ts";
import type { LearnedLikelihood } from "../model/learned.ts";
import type { Model, ModelContext } from "../model/model.ts";
import { sampleSite } from "./latentSite.ts";
import { observeLearned } from "./learnedSite.ts";
import { createModelBuilder, type ModelBuilder } from "./modelBuilder.ts";
import { type Operand, type TracedNode, toNode } from "./node.ts";
import { observeSite } from "./observedSite.ts";

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
  model.define(contextFor(builder), guardData(data));
  return builder.finish(model.name);
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
      builder.addVariable({ name, kind: "deterministic", node: value as TracedNode });
      return value;
    },
    factor(value: Operand) {
      const node = toNode(builder.graph, value);
      builder.graph.effect([node.id], (slotOf) => ({ op: "factor", a: slotOf(node.id) }));
    },
  };
}

function plate<T>(builder: ModelBuilder, name: string, size: number | readonly string[], body: () => T): T {
  const labels = typeof size === "number" ? Array.from({ length: size }, (_, i) => String(i + 1)) : size;
  if (typeof size === "number" ? !Number.isSafeInteger(size) || size < 1 : size.length === 0) {
    throw new PoolishError(`a plate needs at least one member, got ${size}`, {
      kind: "model",
      field: name,
      remedy: "Pass their number or their labels.",
    });
  }
  const known = builder.coords.get(name);
  if (known !== undefined && known.join("\n") !== labels.join("\n")) {
    throw new PoolishError(`the plate was used before with ${known.length} members, now with ${labels.length}`, {
      kind: "model",
      field: name,
      remedy: "Give plates with different members different names.",
    });
  }
  builder.coords.set(name, labels);
  builder.plates.push({ name, size: labels.length });
  try {
    return body();
  } finally {
    builder.plates.pop();
  }
}

/** Turns the silent `undefined` of a missing data column into an error that names it. */
function guardData<Data>(data: Data): Data {
  if (typeof data !== "object" || data === null) return data;
  return new Proxy(data, {
    get(target, key, receiver) {
      if (key in target || typeof key === "symbol") return Reflect.get(target, key, receiver);
      throw new PoolishError("the model reads this column, but the data have none of that name", {
        kind: "input",
        field: key,
        remedy: `The data have ${Object.keys(target).join(", ") || "no columns"}.`,
      });
    },
  });
}
