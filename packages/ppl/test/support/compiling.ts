import { compile, type ModelFunction, model } from "@poolish/ppl";

/** A model function without data. */
export type Define = ModelFunction<Record<string, never>>;

/** The work of compiling `define` as the model "refused". */
export function compiling(define: Define): () => unknown {
  return () => compile(model("refused", define), {});
}
