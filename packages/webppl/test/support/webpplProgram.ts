import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Environment } from "../../src/host/coroutine.ts";
import { quietSession, type Sessions } from "../../src/host/session.ts";
import type { WebpplHost } from "../../src/host/webpplHost.ts";
import { poolishForWebppl } from "../../src/node/poolishForWebppl.ts";
import { runningWebppl } from "../../src/node/runningWebppl.ts";

type AnyHeader = (environment: Environment) => Readonly<Record<string, unknown>>;

interface Source {
  readonly code: string;
  readonly filename: string;
}

/** The part of WebPPL's embedding interface that tests use. */
interface Webppl {
  requireHeaderWrapper(header: AnyHeader): void;
  parsePackageCode(packages: readonly { readonly wppl: readonly Source[] }[]): readonly Source[];
  run(
    code: string,
    k: (store: object, value: unknown) => void,
    options: { readonly bundles: readonly Source[]; readonly filename: string; readonly debug: boolean },
  ): void;
}

const require = createRequire(import.meta.url);
const webppl: Webppl = require("webppl");
const seeding: { seedRNG(seed: string): void } = require("webppl/src/util");

/** WebPPL as it runs in this process. It fills the global scope: import this file in tests that own their process. */
export const host: WebpplHost = runningWebppl().host;
export const sessions: Sessions = { current: quietSession() };
webppl.requireHeaderWrapper(poolishForWebppl(host, sessions));
const filename = fileURLToPath(new URL("../../wppl/poolish.wppl", import.meta.url));
const bundles = webppl.parsePackageCode([{ wppl: [{ code: readFileSync(filename, "utf8"), filename }] }]);

/** Gives programs more functions in continuation style. */
export function addHeader(header: AnyHeader): void {
  webppl.requireHeaderWrapper(header);
}

/** Runs a WebPPL program on these sources and returns its value. `globals` are the program's data. */
export function runProgram(code: string, globals: Readonly<Record<string, unknown>> = {}, seed = "1"): unknown {
  let outcome: { readonly value: unknown } | undefined;
  start(code, globals, seed, (value) => {
    outcome = { value };
  });
  if (outcome === undefined) throw new Error("the program did not finish");
  return outcome.value;
}

/** As `runProgram`, for a program that waits. */
export function finishProgram(code: string, globals: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  return new Promise((resolve) => start(code, globals, "1", resolve));
}

function start(
  code: string,
  globals: Readonly<Record<string, unknown>>,
  seed: string,
  end: (value: unknown) => void,
): void {
  Object.assign(globalThis, globals);
  seeding.seedRNG(seed);
  webppl.run(code, (_store, value) => end(value), { bundles, filename: "program.wppl", debug: true });
}
