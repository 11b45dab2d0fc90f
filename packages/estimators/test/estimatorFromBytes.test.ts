import { decodeSafetensors, encodeSafetensors, type Safetensors, type Tensor } from "@poolish/io";
import { caughtError } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { createEstimator } from "../src/createEstimator.ts";
import { estimatorFromBytes } from "../src/estimatorFromBytes.ts";
import { estimatorToBytes } from "../src/estimatorToBytes.ts";
import { exampleEstimator } from "./support/exampleEstimator.ts";

const chips = exampleEstimator();
const bytes = estimatorToBytes(chips);
const THETA = [4, 0.3];
const COUNTS = Array.from({ length: 50 }, (_, k) => k * k);

test("a round trip keeps everything: equal specification, weights and log-masses to the bit", () => {
  const revived = estimatorFromBytes(bytes);
  expect(revived.spec).toEqual(chips.spec);
  expect(revived.weights).toEqual(chips.weights);
  expect(revived.logProb(COUNTS, THETA)).toEqual(chips.logProb(COUNTS, THETA));
});

test("bounds of columns come back, numbers, names and open sides", () => {
  const columns = [{ name: "chips", kind: "count", bounds: { lower: 0, upper: "rate" } }] as const;
  const bounded = createEstimator({ ...chips.spec, columns }, chips.weights);
  expect(estimatorFromBytes(estimatorToBytes(bounded)).columns).toEqual(columns);
  const open = [{ name: "chips", kind: "count", bounds: { lower: 0, upper: Infinity } }] as const;
  const half = createEstimator({ ...chips.spec, columns: open }, chips.weights);
  expect(estimatorFromBytes(estimatorToBytes(half)).columns).toEqual(open);
});

test("equal estimators give equal bytes, others do not", () => {
  expect(estimatorToBytes(exampleEstimator())).toEqual(bytes);
  expect(estimatorToBytes(estimatorFromBytes(bytes))).toEqual(bytes);
  expect(estimatorToBytes(exampleEstimator(2))).not.toEqual(bytes);
});

test("bytes may lie anywhere in a buffer", () => {
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  expect(estimatorFromBytes(shifted.subarray(3)).logProb(5, THETA)).toEqual(chips.logProb(5, THETA));
});

test("the file is one that others can read: a tensor for each block of weights", () => {
  const { tensors } = decodeSafetensors(bytes);
  expect(Object.keys(tensors).sort()).toEqual([
    "linear",
    "network.0.bias",
    "network.0.weight",
    "network.1.bias",
    "network.1.weight",
    "network.2.bias",
    "network.2.weight",
  ]);
  expect(tensors["network.1.weight"].shape).toEqual([13, 7]);
  expect(tensors.linear.shape).toEqual([5, 2]);
});

test("a descriptor survives structured cloning and revives as the same likelihood", () => {
  const descriptor = structuredClone(chips.toDescriptor());
  if (descriptor.kind !== "estimator") throw new Error(`not an estimator: ${descriptor.kind}`);
  expect(estimatorFromBytes(descriptor.bytes).logProb(COUNTS, THETA)).toEqual(chips.logProb(COUNTS, THETA));
});

/** The file with its contents changed. */
function changed(change: (contents: Safetensors) => Safetensors): Uint8Array {
  return encodeSafetensors(change(decodeSafetensors(bytes)));
}

type Json = { [key: string]: Json } | Json[] | string | number | boolean | null;

/** The file with the value at `path` of its specification replaced; undefined removes it. */
function withSpec(path: readonly string[], value: Json | undefined): Uint8Array {
  return changed(({ tensors, metadata }) => {
    const spec: Record<string, Json | undefined> = JSON.parse(metadata.poolish);
    let at = spec;
    for (const key of path.slice(0, -1)) at = at[key] as Record<string, Json | undefined>;
    at[path[path.length - 1]] = value;
    return { tensors, metadata: { poolish: JSON.stringify(spec) } };
  });
}

function withTensor(name: string, change: (tensor: Tensor) => Tensor): Uint8Array {
  return changed(({ tensors, metadata }) => ({ metadata, tensors: { ...tensors, [name]: change(tensors[name]) } }));
}

async function expectFileError(damaged: Uint8Array, words: string): Promise<void> {
  const error = await caughtError(() => estimatorFromBytes(damaged, "chips.safetensors"));
  expect(error.kind).toBe("file");
  expect(error.message).toContain("chips.safetensors");
  expect(error.message).toContain(words);
  expect(error.field).toBeTruthy();
  expect(error.remedy).toBeTruthy();
}

describe("a file that is not right is a typed error that says what is wrong", () => {
  test("cut at any length", async () => {
    for (let i = 0; i < 50; i++) {
      await expectFileError(bytes.subarray(0, Math.floor((i * bytes.length) / 50)), "");
    }
    await expectFileError(bytes.subarray(0, bytes.length - 1), "truncated");
  });

  test("safetensors of others, or no safetensors", async () => {
    await expectFileError(encodeSafetensors({ tensors: {}, metadata: {} }), "no Poolish estimator");
    await expectFileError(new TextEncoder().encode("rate,chips\n3,4\n".repeat(20)), "");
    await expectFileError(
      changed(({ tensors }) => ({ tensors, metadata: { poolish: "{" } })),
      "not JSON",
    );
  });

  test.each<[path: string, value: Json | undefined]>([
    ["format", "something"],
    ["version", 2],
    ["target", "score"],
    ["parameters", []],
    ["parameters.0.box", [5, 1]],
    ["parameters.0.box", [-1, 1]],
    ["parameters.1.support", undefined],
    ["parameters.1.support.kind", "circle"],
    ["columns", []],
    ["columns.0.kind", "sound"],
    ["features.0.parameter", 7],
    ["features.0.transform", "cube"],
    ["features.0.standardDeviation", 0],
    ["density.kind", "spline"],
    ["density.numComponents", 4],
    ["density.network.widths", [5, 11]],
    ["density.network.activation", "sine"],
    ["density.scale.mean", null],
    ["provenance", undefined],
  ])("specification, %s = %j", async (path, value) => {
    const keys = path.split(".");
    const error = await caughtError(() => estimatorFromBytes(withSpec(keys, value), "chips.safetensors"));
    expect(error).toMatchObject({ kind: "file", field: "chips.safetensors" });
    expect(error.remedy).toContain("saveEstimator");
    // A wrong number of components shows in the network's widths, wrong widths in the tensors, an index in its list.
    const named = { "density.numComponents": "density.network.widths", "density.network.widths": "network.0.weight" };
    const isIndex = path === "features.0.parameter";
    expect(error.message).toContain(
      isIndex ? "features" : (Object.entries(named).find(([key]) => key === path)?.[1] ?? path),
    );
  });

  test("tensors that are missing, misshapen, of another type, or not finite", async () => {
    const without = changed(({ tensors, metadata }) => ({
      metadata,
      tensors: Object.fromEntries(Object.entries(tensors).filter(([name]) => name !== "network.1.bias")),
    }));
    await expectFileError(without, "network.1.bias is missing");
    const flat = withTensor("network.1.weight", (tensor) => ({ ...tensor, shape: [7, 13] }));
    await expectFileError(flat, "network.1.weight is F32 [7,13], expected F32 [13,7]");
    const wide = withTensor("linear", ({ shape, values }) => ({
      dtype: "F64",
      shape,
      values: Float64Array.from(values),
    }));
    await expectFileError(wide, "linear is F64");
    for (const bad of [Number.NaN, Infinity]) {
      const spoiled = withTensor("linear", ({ shape, values }) => ({
        dtype: "F32",
        shape,
        values: Float32Array.from(values).fill(bad, 3, 4),
      }));
      await expectFileError(spoiled, "linear holds a number that is not finite");
    }
  });
});
