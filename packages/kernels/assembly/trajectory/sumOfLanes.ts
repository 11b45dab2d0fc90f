/** The sum of both lanes. */
// @ts-ignore: decorator
@inline
export function sumOfLanes(lanes: v128): f64 {
  return f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1);
}
