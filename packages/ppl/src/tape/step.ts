/** An instruction tied to its buffers. `forward` fills the outputs; `backward` adds to the adjoints of the inputs. */
export interface Step {
  /** Returns what the step adds to the target (0 for pure operations). */
  forward(): number;
  /** Assumes that the last `forward` was finite and that the adjoints of its outputs are complete. */
  backward(): void;
  /** For steps that add a log-density: its terms at the last `forward`, overwritten by the next. */
  readonly logTerms?: Float64Array;
  /** The term of each trial, where equal trials share one; otherwise terms are trials (or elements), in order. */
  readonly termOfTrial?: Int32Array;
}

/** The buffers of one linked tape; values and adjoints have the same layout. */
export interface TapeBuffers {
  readonly values: Float64Array;
  readonly adjoints: Float64Array;
}
