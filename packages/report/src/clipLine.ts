export type Point = readonly [x: number, y: number];

function crossing([x1, y1]: Point, [x2, y2]: Point, top: number): Point {
  return [x1 + ((top - y1) / (y2 - y1)) * (x2 - x1), top];
}

/**
 * The part of the line through `points` that is not above `top`: it ends where it crosses, and NaN marks the gaps, at
 * which a line mark lifts its pen.
 */
export function clipLine(points: readonly Point[], top: number): Point[] {
  const clipped: Point[] = [];
  for (const [i, point] of points.entries()) {
    const previous = points[i - 1];
    if (previous !== undefined && previous[1] > top !== point[1] > top) clipped.push(crossing(previous, point, top));
    clipped.push(point[1] > top ? [point[0], Number.NaN] : point);
  }
  return clipped;
}
