import { expect, test } from "vitest";
import { createPhasePoint } from "../src/phasePoint.ts";
import { createPointPool } from "../src/pointPool.ts";

test("a point comes back after its three uses have ended, and not before", () => {
  const pool = createPointPool(() => createPhasePoint(2));
  const first = pool.acquireLeaf();
  pool.release(first);
  pool.release(first);
  const second = pool.acquireLeaf();
  expect(second).not.toBe(first);
  pool.release(first);
  expect(pool.acquireLeaf()).toBe(first);
});

test("after a reset all points are free again, each once", () => {
  const pool = createPointPool(() => createPhasePoint(2));
  const points = [pool.acquireLeaf(), pool.acquireLeaf(), pool.acquireLeaf()];
  for (let i = 0; i < 3; i++) pool.release(points[1]);
  pool.reset();
  expect(new Set([pool.acquireLeaf(), pool.acquireLeaf(), pool.acquireLeaf()])).toEqual(new Set(points));
  expect(points).not.toContain(pool.acquireLeaf());
});
