import type { SbibmMethod } from "../method.ts";
import { nleMethod } from "./nle.ts";
import { npeMethod } from "./npe.ts";
import { nreMethod } from "./nre.ts";
import { vectorFieldMethod } from "./vectorField.ts";

/** The methods of `--method`, by name. */
export const SBIBM_METHODS: Readonly<Record<string, SbibmMethod>> = {
  nle: nleMethod,
  npe: npeMethod,
  nre: nreMethod,
  "vector-field": vectorFieldMethod,
};
