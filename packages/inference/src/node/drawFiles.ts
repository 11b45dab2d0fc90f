import { join } from "node:path";

/** The names of the files in a folder of draws; chains are counted from 0 here, and from 1 in the names. */
export const MANIFEST_NAME = "draws.json";
export const drawsPath = (folder: string, chain: number): string => join(folder, `chain-${chain + 1}.npy`);
export const statisticsPath = (folder: string, chain: number): string => join(folder, `statistics-${chain + 1}.npy`);

/** True for the names above. */
export function isDrawFile(name: string): boolean {
  return name === MANIFEST_NAME || /^(chain|statistics)-[1-9]\d*\.npy$/.test(name);
}
