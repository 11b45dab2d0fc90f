import { interval, type ParameterSpec, PoolishError } from "@poolish/core";
import { fromOnnx, type ImportedNetwork, type OnnxSpec } from "@poolish/estimators";
import { readBytesSync } from "@poolish/io/node";
import { programFile } from "./programFile.ts";

/** What a program says of the network's inputs: as `OnnxSpec`, with the ends of a parameter's support as numbers. */
interface ProgramSpec extends Omit<OnnxSpec, "parameters"> {
  readonly parameters: readonly (Pick<ParameterSpec, "name" | "box"> & {
    readonly lower?: number;
    readonly upper?: number;
  })[];
}

/**
 * Reads a network of others that gives the log-density of one trial, as those of LANfactory and HSSM do: a likelihood.
 * @throws PoolishError when there is no such file, or when file or specification cannot be right.
 */
export function loadOnnx(path: unknown, specification: unknown): ImportedNetwork {
  const file = programFile(path, "loadOnnx");
  requireSpec(specification);
  const parameters = specification.parameters.map(({ name, box, lower = -Infinity, upper = Infinity }) => {
    return { name, box, support: interval(lower, upper) };
  });
  return fromOnnx(readBytesSync(file, "an ONNX network"), { ...specification, parameters });
}

function requireSpec(value: unknown): asserts value is ProgramSpec {
  const { parameters, columns } = (value ?? {}) as Partial<ProgramSpec>;
  if (Array.isArray(parameters) && Array.isArray(columns)) return;
  throw new PoolishError("an ONNX file does not say what its inputs are", {
    kind: "input",
    field: "loadOnnx",
    remedy:
      "Pass loadOnnx(file, { parameters: [{ name: 'v', box: [-3, 3] }, …], columns: [{ name: 'rt', kind: 'continuous' }, …] }).",
  });
}
