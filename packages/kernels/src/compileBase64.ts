/** Compiles a module of src/generated/, synchronously. */
export function compileBase64(source: string): WebAssembly.Module {
  return new WebAssembly.Module(Uint8Array.from(atob(source), (char) => char.charCodeAt(0)));
}
