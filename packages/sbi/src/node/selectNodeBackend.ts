import { createRequire } from "node:module";
import { dirname } from "node:path";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";

/** A variable, so that the type checker does not look for a package that is allowed to be absent. */
const NATIVE_BINDING = "@tensorflow/tfjs-node";

/**
 * Loads the native binding if it is installed and returns its backend's name. Points the WASM backend, which takes over
 * where the binding is absent or does not start, at its files in node_modules: Node cannot fetch them.
 */
export async function selectNodeBackend(): Promise<string | undefined> {
  const manifest = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json");
  setWasmPaths(`${dirname(manifest)}/dist/`);
  try {
    await import(NATIVE_BINDING);
    return "tensorflow";
  } catch {
    return undefined;
  }
}
