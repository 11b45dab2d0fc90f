/** The log-density at the position of a point, whose gradient it overwrites. */
// @ts-ignore: decorator
@external("env", "evaluate")
declare function evaluate(point: i32): f64;

/** A whole step from one point to another, with its kinetic energy, where the metric is not diagonal; the log-density. */
// @ts-ignore: decorator
@external("env", "step")
declare function step(from: i32, to: i32, stepSize: f64): f64;

/** The next uniform number in (0, 1). */
// @ts-ignore: decorator
@external("env", "uniform")
declare function uniform(): f64;

export { evaluate, step, uniform };
