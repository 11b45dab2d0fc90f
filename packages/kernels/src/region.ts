/** A piece of one kernel instance's memory. It never moves, so `values` stays valid as long as the instance lives. */
export interface Region {
  /** Byte address, a multiple of 16. */
  readonly pointer: number;
  /** Float32 elements. */
  readonly length: number;
  /** A view of the elements. */
  readonly values: Float32Array;
}
