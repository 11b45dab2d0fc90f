import * as tf from "@tensorflow/tfjs";
import { selectNodeBackend } from "#backend";

let ready: Promise<string> | undefined;

/**
 * Chooses the TensorFlow.js backend once a process: the native binding where it is installed, else WASM, else plain
 * JavaScript. Returns its name, as reports and estimator files have it.
 */
export function selectBackend(): Promise<string> {
  ready ??= firstThatWorks();
  return ready;
}

async function firstThatWorks(): Promise<string> {
  const native = await selectNodeBackend();
  for (const name of [...(native === undefined ? [] : [native]), "wasm"]) {
    try {
      if (await tf.setBackend(name)) {
        await tf.ready();
        return tf.getBackend();
      }
    } catch {
      // The next one may work; which one did is reported.
    }
  }
  await tf.setBackend("cpu");
  await tf.ready();
  return "cpu";
}
