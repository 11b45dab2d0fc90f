import "@tensorflow/tfjs-backend-wasm";

/** In a browser there is no native binding; bundlers serve the files of the WASM backend. */
export function selectNodeBackend(): Promise<string | undefined> {
  return Promise.resolve(undefined);
}
