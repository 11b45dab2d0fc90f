export { type C2stMode, type C2stOptions, type C2stResult, c2st } from "./c2st/c2st.ts";
export { type C2stNull, c2stNull } from "./c2st/c2stNull.ts";
export {
  type C2stPermutationNull,
  type C2stPermutationOptions,
  c2stPermutationNull,
} from "./c2st/c2stPermutationNull.ts";
export type { Samples } from "./samples.ts";
