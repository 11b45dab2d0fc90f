import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { CompiledProgram } from "../host/compiledProgram.ts";
import type { Thunk } from "../host/coroutine.ts";
import type { Header } from "./poolishForWebppl.ts";

/** A parsed file of a package. */
type Bundle = object;

/** WebPPL's compiler as a library. */
export interface EmbeddedWebppl {
  requireHeader(path: string): void;
  requireHeaderWrapper(header: Header): void;
  parsePackageCode(packages: readonly { readonly wppl: readonly WebpplSource[] }[]): readonly Bundle[];
  compile(
    code: string,
    options: { readonly bundles: readonly Bundle[]; readonly filename: string; readonly debug: boolean },
  ): CompiledProgram;
  prepare(
    program: CompiledProgram,
    k: (store: object, value: unknown) => Thunk,
    options: {
      readonly errorHandlers: readonly ((error: unknown) => void)[];
      readonly baseRunner: (thunk: Thunk, runner: (thunk: Thunk) => void) => void;
    },
  ): { run(): void };
}

export interface WebpplSource {
  readonly code: string;
  readonly filename: string;
}

/** WebPPL's `src/pkg`: finds and reads packages as the command does. */
export interface PackageReader {
  read(nameOrPath: string, folders: readonly string[]): object;
  load(description: object): LoadedPackage;
  globalPkgDir(): string;
}

export interface LoadedPackage {
  readonly js: { readonly identifier: string; readonly path: string } | false;
  readonly headers: readonly string[];
  readonly wppl: readonly WebpplSource[];
}

const require = createRequire(import.meta.url);

/** The part of this package that is written in WebPPL, wherever this file is: in src/node or in dist. */
export function ownSource(): WebpplSource {
  const here = dirname(fileURLToPath(import.meta.url));
  const filename = [join(here, "..", "wppl"), join(here, "..", "..", "wppl")]
    .map((folder) => resolve(folder, "poolish.wppl"))
    .find((file) => existsSync(file));
  if (filename === undefined) throw new Error(`there is no poolish.wppl near ${here}`);
  return { code: readFileSync(filename, "utf8"), filename };
}

/** Loads a WebPPL package: its JavaScript into a global, its headers into WebPPL; returns its WebPPL code. */
export function loadPackage(
  webppl: EmbeddedWebppl,
  reader: PackageReader,
  nameOrPath: string,
): readonly WebpplSource[] {
  const folders = [join(process.cwd(), "node_modules"), reader.globalPkgDir()];
  const { js, headers, wppl } = reader.load(reader.read(nameOrPath, folders));
  if (js !== false) Object.assign(globalThis, { [js.identifier]: require(js.path) });
  for (const header of headers) webppl.requireHeader(header);
  return wppl;
}
