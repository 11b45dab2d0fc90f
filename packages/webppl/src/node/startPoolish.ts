import type { OnProgress } from "@poolish/core";
import { terminalProgress } from "@poolish/io/node";
import { patientProgress } from "../host/patientProgress.ts";
import { watchEnds } from "../host/programEnds.ts";
import { quietSession, type Sessions } from "../host/session.ts";
import { areThreadsWorth } from "../nuts/areThreadsWorth.ts";
import { createRunner } from "./createRunner.ts";
import { type Header, poolishForWebppl } from "./poolishForWebppl.ts";
import { requireOneCopy, runningWebppl } from "./runningWebppl.ts";
import type { RunOptions } from "./webpplProgram.ts";

export type { Header } from "./poolishForWebppl.ts";

export interface Poolish {
  readonly header: Header;
  run(code: string, options: RunOptions): Promise<unknown>;
}

/** The webppl command shows at a terminal what takes long. */
function commandProgress(): OnProgress | undefined {
  return process.stderr.isTTY === true ? patientProgress(terminalProgress(process.stderr)) : undefined;
}

/** Ties the package to WebPPL, once a process. */
export function startPoolish(): Poolish {
  const { host, webppl, packages, parameters } = runningWebppl();
  const sessions: Sessions = { current: { ...quietSession(), areThreadsWorth, onProgress: commandProgress() } };
  const header = poolishForWebppl(host, sessions);
  const ends = watchEnds(parameters);
  // With nothing left to wait for, a program that is under way will never end. A program that runWebPPL runs was
  // reported already, or waits for a function of another package.
  process.on("beforeExit", () => {
    if (ends.isUnderWay) ends.reportLoss();
  });
  let runner: ReturnType<typeof createRunner> | undefined;
  return {
    header,
    async run(code, options) {
      requireOneCopy();
      if (runner === undefined) {
        webppl.requireHeaderWrapper(header);
        runner = createRunner({ host, webppl, packages, sessions, ends });
      }
      return runner(code, options);
    },
  };
}
