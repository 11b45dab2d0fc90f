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

/** When each task was first heard of, and how much of it was done then: what the remaining time is reckoned from. */
type Starts = Map<string, { readonly time: number; readonly done: number }>;

function redrawing(stream: ProgressStream): OnProgress {
  const active = new Map<string, Progress>();
  const starts: Starts = new Map();
  return (progress) => {
    active.set(progress.task, progress);
    if (progress.done >= progress.total) {
      active.delete(progress.task);
      stream.write(`\r\u001b[2K${describe(progress, BAR_WIDTH)}\n`);
    }
    const left = remaining(starts, progress);
    if (progress.done >= progress.total) starts.delete(progress.task);
    const width = Math.max(4, Math.floor(BAR_WIDTH / Math.max(1, active.size)));
    const line = [...active.values()].map((each) => describe(each, width)).join("   ");
    stream.write(`\r\u001b[2K${`${left}${line}`.slice(0, Math.max(20, (stream.columns ?? 120) - 1))}`);
  };
}

function printing(stream: ProgressStream): OnProgress {
  const printed = new Map<string, number>();
  const starts: Starts = new Map();
  return (progress) => {
    const { task, done, total } = progress;
    const left = remaining(starts, progress);
    const quarter = Math.floor(done / total / LINE_SHARE);
    if (quarter <= (printed.get(task) ?? 0)) return;
    printed.set(task, quarter);
    // A task that is done may begin again: the next member of an ensemble, a second fit.
    if (done >= total) for (const each of [starts, printed]) each.delete(task);
    stream.write(`${describe(progress, BAR_WIDTH)}${left === "" ? "" : `  ${left.trim()}`}\n`);
  };
}

/** "3 s left " by the pace since the task's first report; nothing before there is a pace, and at the end. */
function remaining(starts: Starts, { task, done, total }: Progress): string {
  const start = starts.get(task);
  if (start === undefined) starts.set(task, { time: performance.now(), done });
  if (start === undefined || done <= start.done || done >= total) return "";
  const seconds = ((performance.now() - start.time) / (done - start.done)) * (total - done) * 1e-3;
  return `${Math.ceil(seconds)} s left `;
}

function describe({ task, done, total, message }: Progress, width: number): string {
  const filled = Math.round((width * done) / total);
  const bar = "█".repeat(filled) + "░".repeat(width - filled);
  const percent = `${Math.floor((100 * done) / total)} %`.padStart(5);
  return `${task.padEnd(8)} ${bar} ${percent}${message === undefined ? "" : `  ${message}`}`;
}
