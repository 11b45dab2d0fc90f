export { expr } from "./expr.ts";
