import { type SplitNetworkSpec, splitNetworkBlocks, type WeightBlock } from "../network/splitNetworkSpec.ts";

/**
 * Which units of a network see which: one of degree d sees what has degree d or less (Germain et al. 2015, "MADE", eq. 8
 * and 9; degrees begin at 0 here, that of all row inputs, so that the first output, too, depends on θ).
 */
export interface Degrees {
  /** Hidden units have the degrees 0 … numDegrees − 1, rising, as many of each as of the others. */
  readonly numDegrees: number;
  readonly termInputs: readonly number[];
  readonly outputs: readonly number[];
}

/** A block of weights of which some are held at 0. */
export interface MaskedBlock extends WeightBlock {
  readonly mask: Float32Array;
}

/** The blocks of a network whose connections follow `degrees`: those of `splitNetworkBlocks`, with masks. */
export function maskedBlocks(spec: SplitNetworkSpec, degrees: Degrees, prefix: string): MaskedBlock[] {
  const { hidden, numRowInputs } = spec;
  const layers = [...hidden.map((width) => hiddenDegrees(width, degrees.numDegrees)), degrees.outputs];
  const rowInputs = new Array<number>(numRowInputs).fill(0);
  const ends = new Map<string, readonly [from: readonly number[], to: readonly number[]]>([
    ["0.rowWeight", [rowInputs, layers[0]]],
    ["0.termWeight", [degrees.termInputs, layers[0]]],
    ["skip.rowWeight", [rowInputs, degrees.outputs]],
    ["skip.termWeight", [degrees.termInputs, degrees.outputs]],
    ...hidden.map((_, k) => [`${k + 1}.weight`, [layers[k], layers[k + 1]]] as const),
  ]);
  return splitNetworkBlocks(spec, prefix).map((block) => {
    const between = ends.get(block.name.slice(prefix.length + 1));
    const free = new Float32Array(block.shape.reduce((product, length) => product * length, 1)).fill(1);
    return { ...block, mask: between === undefined ? free : maskOf(...between) };
  });
}

function hiddenDegrees(width: number, numDegrees: number): number[] {
  return Array.from({ length: width }, (_, unit) => Math.floor((unit * numDegrees) / width));
}

function maskOf(inputs: readonly number[], outputs: readonly number[]): Float32Array {
  return Float32Array.from(inputs.flatMap((from) => outputs.map((to) => (from <= to ? 1 : 0))));
}
