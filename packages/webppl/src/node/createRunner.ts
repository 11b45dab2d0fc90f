import { PoolishError, throwIfAborted } from "@poolish/core";
import type { Thunk } from "../host/coroutine.ts";
import type { ProgramEnds } from "../host/programEnds.ts";
import type { Session, Sessions } from "../host/session.ts";
import { quietSession } from "../host/session.ts";
import { step } from "../host/trampoline.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import { areThreadsWorth } from "../nuts/areThreadsWorth.ts";
import { type EmbeddedWebppl, loadPackage, ownSource, type PackageReader } from "./embeddedWebppl.ts";
import { programError } from "./programError.ts";
import type { RunOptions } from "./webpplProgram.ts";

/** What a runner needs beyond WebPPL's modules. */
export interface RunnerParts {
  readonly host: WebpplHost;
  readonly webppl: EmbeddedWebppl;
  readonly packages: PackageReader;
  readonly sessions: Sessions;
  readonly ends: ProgramEnds;
}

/** Time that a program runs before other work of the process has its turn, in milliseconds. */
const SLICE = 20;

/** Runs programs one after the other: WebPPL keeps the one that runs in globals. */
export function createRunner(parts: RunnerParts): (code: string, options: RunOptions) => Promise<unknown> {
  const sources = new Map<string, readonly object[]>();
  let last: Promise<unknown> = Promise.resolve();

  function bundlesFor(packages: readonly string[]): readonly object[] {
    const key = JSON.stringify(packages);
    const known = sources.get(key);
    if (known !== undefined) return known;
    const loaded = packages.flatMap((name) => loadPackage(parts.webppl, parts.packages, name));
    const bundles = parts.webppl.parsePackageCode([{ wppl: [ownSource(), ...loaded] }]);
    sources.set(key, bundles);
    return bundles;
  }

  return (code, options) => {
    const run = last.then(() => runOne(parts, code, options, bundlesFor(options.packages ?? [])));
    last = run.catch(() => undefined);
    return run;
  };
}

async function runOne(
  parts: RunnerParts,
  code: string,
  options: RunOptions,
  bundles: readonly object[],
): Promise<unknown> {
  const { host, webppl, sessions } = parts;
  throwIfAborted(options.signal, "the WebPPL program");
  const filename = options.filename ?? "program.wppl";
  if (options.seed === undefined) host.util.resetRNG();
  else host.util.seedRNG(String(options.seed));
  const { onProgress, signal, data = {} } = options;
  const foreign = new Set(Object.keys(data).filter((name) => typeof data[name] === "function"));
  const session: Session = { onProgress, signal, mayPause: true, areThreadsWorth, foreign, pending: 0 };
  const outer = sessions.current;
  const removeGlobals = addGlobals({ ...data, argv: { _: [filename] } });
  sessions.current = session;
  try {
    // The data are there already: the compiler asks whether a name is a function of JavaScript.
    const program = webppl.compile(code, { bundles, filename, debug: true });
    return await new Promise((done, fail) => {
      const handler = (error: unknown) => fail(programError(host, error, filename));
      const finish = (_store: object, value: unknown): Thunk => {
        done(value);
        return null;
      };
      const baseRunner = pausingRunner(parts, session, (options.packages ?? []).length === 0);
      webppl.prepare(program, finish, { errorHandlers: [handler], baseRunner }).run();
    });
  } finally {
    sessions.current = outer ?? quietSession();
    removeGlobals();
  }
}

/** Runs thunks in slices of time; notices when the program is lost, unless foreign functions may still bring it back. */
function pausingRunner(
  { ends }: RunnerParts,
  session: Session,
  isClosed: boolean,
): (thunk: Thunk, runner: (thunk: Thunk) => void) => void {
  return (thunk, runner) => {
    const pauseAt = performance.now() + SLICE;
    throwIfAborted(session.signal, "the WebPPL program");
    let next = thunk;
    while (next) {
      next = step(next, "program");
      if (performance.now() < pauseAt || !next) continue;
      const rest = next;
      session.pending++;
      setTimeout(() => {
        session.pending--;
        runner(rest);
      }, 0);
      return;
    }
    if (isClosed && ends.isUnderWay && session.pending === 0) ends.reportLoss();
  };
}

/** Adds global variables; the result takes them away, and puts back what had their names. */
function addGlobals(values: Readonly<Record<string, unknown>>): () => void {
  const global = globalThis as Record<string, unknown>;
  const before = Object.keys(values).map((name) => [name, name in global, global[name]] as const);
  const taken = before.find(([name, isTaken]) => isTaken && isReserved(global[name]));
  if (taken !== undefined) {
    throw new PoolishError(`data cannot be called ${taken[0]}: WebPPL has a function of that name`, {
      kind: "input",
      field: "data",
      remedy: "Give it another name.",
    });
  }
  Object.assign(global, values);
  return () => {
    for (const [name, isTaken, value] of before) {
      if (isTaken) global[name] = value;
      else delete global[name];
    }
  };
}

function isReserved(value: unknown): boolean {
  return typeof value === "function";
}
