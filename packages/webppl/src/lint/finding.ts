/** Something in a program that WebPPL cannot run. */
export interface Finding {
  /** Counted from 1. */
  readonly line: number;
  /** What it is and what to write instead, as one or two sentences without a line. */
  readonly message: string;
}
