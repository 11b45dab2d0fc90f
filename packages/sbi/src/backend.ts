import * as tf from "@tensorflow/tfjs";
import { selectNodeBackend } from "#backend";

let ready: Promise<void> | undefined;

/**
 * Chooses the TensorFlow.js backend once a process: the native binding where it is installed, else WASM, else plain
 * JavaScript. Returns the name of the one in use, as reports and estimator files have it: a model whose gradients the chosen one
 * lacks may have moved on to plain JavaScript since.
 */
export async function selectBackend(): Promise<string> {
  ready ??= firstThatWorks();
  await ready;
  return tf.getBackend();
}

async function firstThatWorks(): Promise<void> {
  const native = await selectNodeBackend();
  for (const name of [...(native === undefined ? [] : [native]), "wasm"]) {
    try {
      if (await tf.setBackend(name)) {
        await tf.ready();
        return;
      }
    } catch {
      // The next one may work; which one did is reported.
    }
  }
  await tf.setBackend("cpu");
  await tf.ready();
}
