import { createAutoregressiveDensity } from "../autoregressive/createAutoregressiveDensity.ts";
import { createCountMixtureDensity } from "../count/createCountMixtureDensity.ts";
import { createFlowDensity } from "../flow/createFlowDensity.ts";
import { createLayeredDensity } from "../layered/createLayeredDensity.ts";
import { createMixtureDensity } from "../mixtureDensity/createMixtureDensity.ts";
import { createVectorFieldDensity } from "../vectorField/createVectorFieldDensity.ts";
import type { ConditionalDensity } from "./conditionalDensity.ts";
import type { DensitySpec } from "./densitySpec.ts";

/** Allocates the density of one member for up to `maxRows` rows and `maxTerms` terms; set its weights before use. */
export function createDensity(spec: DensitySpec, maxRows: number, maxTerms: number): ConditionalDensity {
  switch (spec.kind) {
    case "count-mixture":
      return createCountMixtureDensity(spec, maxRows, maxTerms);
    case "autoregressive":
      return createAutoregressiveDensity(spec, maxRows, maxTerms);
    case "flow":
      return createFlowDensity(spec, maxRows, maxTerms);
    case "mixture-density":
      return createMixtureDensity(spec, maxRows, maxTerms);
    case "layered":
      return createLayeredDensity(spec, maxRows, maxTerms);
    case "vector-field":
      return createVectorFieldDensity(spec, maxRows, maxTerms);
  }
}
