import { createKernels } from "@poolish/kernels";
import { createGaussianLayer, type GaussianLayer } from "../autoregressive/gaussianLayer.ts";
import { createSplitInputs, type SplitInputs, splitInputsCapacity } from "../network/splitInputs.ts";
import { createSplitNetwork, type SplitNetwork, splitNetworkCapacity } from "../network/splitNetwork.ts";
import { createWeightMemory, type WeightMemory, weightMemoryCapacity } from "../network/weightMemory.ts";
import {
  quadraticSpec,
  type RatioInputs,
  type RatioSpec,
  ratioBlocks,
  ratioInputs,
  ratioNetworkSpec,
  ratioTrunkSpec,
} from "./ratioSpec.ts";
import { createRatioTerms, type RatioTerms } from "./ratioTerms.ts";

/** The parts of a ratio, and the rows and terms that they are at. */
export interface RatioParts {
  readonly spec: RatioSpec;
  readonly memory: WeightMemory;
  readonly inputs: SplitInputs;
  readonly places: RatioInputs;
  readonly terms: RatioTerms;
  /** Absent where every column is a category. */
  readonly trunk: { readonly location: SplitNetwork; readonly spread: SplitNetwork } | undefined;
  readonly layer: GaussianLayer;
  readonly network: SplitNetwork;
  readonly form: SplitNetwork;
  /** Adjoints of residuals, log scales and numbers, one array a numeric column. */
  readonly byResidual: readonly Float64Array[];
  readonly byLogScale: readonly Float64Array[];
  readonly byNumber: readonly Float64Array[];
}

export function createRatioParts(spec: RatioSpec, maxRows: number, maxTerms: number): RatioParts {
  const blocks = ratioBlocks(spec);
  const places = ratioInputs(spec);
  const trunk = ratioTrunkSpec(spec);
  const networks = [ratioNetworkSpec(spec), quadraticSpec(spec), ...(trunk ? [trunk.location, trunk.spread] : [])];
  const kernels = createKernels({
    capacity: networks.reduce(
      (sum, network) => sum + splitNetworkCapacity(network, maxRows, maxTerms),
      weightMemoryCapacity(blocks) + splitInputsCapacity(spec.numFeatures, places.numAll, maxRows, maxTerms),
    ),
  });
  const memory = createWeightMemory(kernels, blocks);
  const inputs = createSplitInputs(kernels, spec.numFeatures, places.numAll, maxRows, maxTerms);
  const create = (network: (typeof networks)[0], name: string) =>
    createSplitNetwork(kernels, network, memory, name, inputs);
  const numNumeric = places.numAll - places.numObserved;
  const perNumber = (): Float64Array[] => Array.from({ length: numNumeric }, () => new Float64Array(maxTerms));
  const maxItems = places.numKnown > 0 ? maxTerms : maxRows;
  return {
    ...{ spec, memory, inputs, places },
    terms: createRatioTerms(spec, maxTerms),
    trunk: trunk && { location: create(trunk.location, "location"), spread: create(trunk.spread, "spread") },
    layer: createGaussianLayer(numNumeric, spec.isCoupled, maxItems, maxTerms),
    network: create(networks[0], "network"),
    form: create(networks[1], "quadratic"),
    ...{ byResidual: perNumber(), byLogScale: perNumber(), byNumber: perNumber() },
  };
}

/** To be called when weights have changed. */
export function refreshRatio({ network, form, trunk }: RatioParts): void {
  network.refresh();
  form.refresh();
  trunk?.location.refresh();
  trunk?.spread.refresh();
}
