/** One report of long work, handed to `onProgress`: plain data, so that it crosses threads. */
export interface Progress {
  /** What is being done, e.g. "simulate", "train", "chain 2". */
  readonly task: string;
  readonly done: number;
  readonly total: number;
  /** Words about the state so far, e.g. "loss 2.311" or "warmup, 0 divergences". */
  readonly message?: string;
}

export type OnProgress = (progress: Progress) => void;
