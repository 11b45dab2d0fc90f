/** A mean with an interval around it. Which interval, the caller knows and says in the picture's `intervalLabel`. */
export interface IntervalEstimate {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}
