export type { Simulator } from "@poolish/core";
