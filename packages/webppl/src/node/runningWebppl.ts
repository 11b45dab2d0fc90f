import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PoolishError } from "@poolish/core";
import type { ScalarNodeConstructor, TensorNodeConstructor } from "../host/adNodes.ts";
import type { ProgramParameters } from "../host/programEnds.ts";
import type { Parser } from "../host/watchParser.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import type { EmbeddedWebppl, PackageReader } from "./embeddedWebppl.ts";

const SUPPORTED_VERSION = "0.9.15";
const require = createRequire(import.meta.url);

/** The running copy of WebPPL: the modules that this package works with, and those that run programs. */
export interface RunningWebppl {
  readonly host: WebpplHost;
  readonly webppl: EmbeddedWebppl;
  readonly packages: PackageReader;
  readonly parameters: ProgramParameters;
}

/**
 * The modules of the copy of WebPPL that is running in this process; loads the one next to this package when none is.
 * Types and AD nodes of two copies do not know each other, so modules are taken from the running copy by its path.
 * @throws PoolishError when two copies are loaded, when there is none, or when its version is not the supported one.
 */
export function runningWebppl(): RunningWebppl {
  const root = webpplRoot();
  const load = createRequire(join(root, "src", "main.js"));
  const { version }: { version: string } = load("../package.json");
  if (version !== SUPPORTED_VERSION) throw wrongVersion(version, root);
  const graph: { ScalarNode: ScalarNodeConstructor; TensorNode: TensorNodeConstructor } = load("adnn/ad/graph");
  const parsers: { parseV8: WebpplHost["parseStack"] } = load("./errors/parsers");
  const esprima: Parser = load("esprima");
  const host: WebpplHost = {
    ad: load("./ad"),
    util: load("./util"),
    dists: load("./dists"),
    base: load("./dists/base"),
    types: load("./types"),
    numeric: load("./math/numeric"),
    errors: load("./errors/errors"),
    Tensor: load("./tensor"),
    ScalarNode: graph.ScalarNode,
    TensorNode: graph.TensorNode,
    parseStack: parsers.parseV8,
    parser: esprima,
    parse: esprima.parse,
  };
  return { host, webppl: load("./main"), packages: load("./pkg"), parameters: load("./params/params") };
}

/** @throws PoolishError when a second copy of WebPPL has been loaded. */
export function requireOneCopy(): void {
  const loaded = loadedRoots();
  if (loaded.length > 1) throw twoCopies(loaded);
}

/** The folder of the one loaded copy. */
function webpplRoot(): string {
  const loaded = loadedRoots();
  if (loaded.length > 1) throw twoCopies(loaded);
  if (loaded.length === 1) return loaded[0];
  try {
    return dirname(dirname(require.resolve("webppl")));
  } catch (cause) {
    throw new PoolishError("WebPPL is not installed", {
      kind: "file",
      field: "webppl",
      remedy: `Install it next to this package: npm install webppl@${SUPPORTED_VERSION}.`,
      cause,
    });
  }
}

/** Folders of all copies of WebPPL whose compiler has been loaded into this process, whatever the folders' names. */
function loadedRoots(): string[] {
  return Object.values(require.cache)
    .filter((module) => module !== undefined && isCompiler(module))
    .map((module) => dirname(dirname(module?.filename ?? "")));
}

function isCompiler({ filename, exports }: NodeModule): boolean {
  return /[\\/]src[\\/]main\.js$/.test(filename) && typeof exports?.requireHeaderWrapper === "function";
}

function twoCopies(roots: readonly string[]): PoolishError {
  return new PoolishError(`two copies of WebPPL are loaded: ${roots.join(" and ")}`, {
    kind: "file",
    field: "webppl",
    remedy: "Run the program with the webppl command of one of them, and remove the other (npm ls webppl).",
  });
}

function wrongVersion(version: string, root: string): PoolishError {
  return new PoolishError(`version ${version} in ${root} is not supported`, {
    kind: "file",
    field: "webppl",
    remedy: `Install the version that this package was made for: npm install webppl@${SUPPORTED_VERSION}.`,
  });
}
