import { createRequire } from "node:module";
import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { selectBackend } from "../src/backend.ts";

function isNativeBindingInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve("@tensorflow/tfjs-node");
    return true;
  } catch {
    return false;
  }
}

test("the backend that is reported is the one that runs: the native binding where it is installed, else WASM or CPU", async () => {
  const backend = await selectBackend();
  expect(backend).toBe(tf.getBackend());
  expect(isNativeBindingInstalled() ? ["tensorflow", "wasm", "cpu"] : ["wasm", "cpu"]).toContain(backend);
});

test("it computes", async () => {
  await selectBackend();
  expect([...tf.tidy(() => tf.tensor1d([1, 2]).mul(3).dataSync<"float32">())]).toEqual([3, 6]);
});

test("a second call answers the same", async () => {
  expect(await selectBackend()).toBe(await selectBackend());
});
