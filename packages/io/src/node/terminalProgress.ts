import type { OnProgress, Progress } from "@poolish/core";

/** The part of a terminal stream that a progress reporter writes to; `process.stderr` is one. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR_WIDTH = 24;
/** Without a terminal, a line is printed whenever this share of a task has been done. */
const LINE_SHARE = 0.25;

/**
 * A reporter for `onProgress`: on a terminal one line that shows the tasks under way, redrawn in place, and a line that
 * stays for each task that is done; elsewhere (logs, CI) a line for each quarter of a task.
 */
export function terminalProgress(stream: ProgressStream): OnProgress {
  return stream.isTTY === true ? redrawing(stream) : printing(stream);
}

function redrawing(stream: ProgressStream): OnProgress {
  const active = new Map<string, Progress>();
  return (progress) => {
    active.set(progress.task, progress);
    const isDone = progress.done >= progress.total;
    if (isDone) {
      active.delete(progress.task);
      stream.write(`\r\u001b[2K${describe(progress, BAR_WIDTH)}\n`);
    }
    const width = Math.max(4, Math.floor(BAR_WIDTH / Math.max(1, active.size)));
    const line = [...active.values()].map((each) => describe(each, width)).join("   ");
    stream.write(`\r\u001b[2K${line.slice(0, Math.max(20, (stream.columns ?? 120) - 1))}`);
  };
}

function printing(stream: ProgressStream): OnProgress {
  const printed = new Map<string, number>();
  return (progress) => {
    const quarter = Math.floor(progress.done / progress.total / LINE_SHARE);
    if (quarter <= (printed.get(progress.task) ?? 0)) return;
    printed.set(progress.task, quarter);
    stream.write(`${describe(progress, BAR_WIDTH)}\n`);
  };
}

function describe({ task, done, total, message }: Progress, width: number): string {
  const filled = Math.round((width * done) / total);
  const bar = "█".repeat(filled) + "░".repeat(width - filled);
  const percent = `${Math.floor((100 * done) / total)} %`.padStart(5);
  return `${task.padEnd(8)} ${bar} ${percent}${message === undefined ? "" : `  ${message}`}`;
}
