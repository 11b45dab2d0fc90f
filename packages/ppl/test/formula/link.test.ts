import { counts, interval, positive, real } from "@poolish/core";
import { expectRefusal } from "@poolish/testkit";
import { expect, test } from "vitest";
import { type Link, linked, linkFor, staysOnSupport, unlinked } from "../../src/formula/link.ts";

test("links follow the support", () => {
  expect(linkFor("v", real)).toEqual({ name: "identity", lower: -Infinity, upper: Infinity });
  expect(linkFor("v", positive)).toEqual({ name: "log", lower: 0, upper: Infinity });
  expect(linkFor("v", interval(-Infinity, 2))).toEqual({ name: "log", lower: -Infinity, upper: 2 });
  expect(linkFor("v", interval(-1, 1))).toEqual({ name: "logit", lower: -1, upper: 1 });
});

test("a link that is asked for leads where it can, within the support if it has bounds", () => {
  expect(linkFor("v", real, { link: "log" })).toEqual({ name: "log", lower: 0, upper: Infinity });
  expect(linkFor("v", positive, { link: "logit", bounds: [0, 2] })).toEqual({ name: "logit", lower: 0, upper: 2 });
  expect(linkFor("v", positive, { bounds: [0.1, 2] }).name).toBe("logit");
  expect(staysOnSupport(linkFor("v", positive, { link: "identity" }), positive)).toBe(false);
  expect(staysOnSupport(linkFor("v", interval(0, 1), { link: "log" }), interval(0, 1))).toBe(false);
  expect(staysOnSupport(linkFor("v", real, { link: "log" }), real)).toBe(true);
});

test.each<[Link, number, number]>([
  [{ name: "identity", lower: -Infinity, upper: Infinity }, -2, -2],
  [{ name: "log", lower: 0.5, upper: Infinity }, 0, 1.5],
  [{ name: "log", lower: -Infinity, upper: 2 }, Math.log(3), -1],
  [{ name: "logit", lower: 1, upper: 3 }, Math.log(3), 2.5],
])("%o takes %d to %d and back", (link, eta, theta) => {
  expect(unlinked(link, eta)).toBeCloseTo(theta, 14);
  expect(linked(link, theta)).toBeCloseTo(eta, 14);
});

test("links that cannot be are refused", () => {
  const refused = { kind: "model" as const, field: "v" };
  expectRefusal(() => linkFor("v", positive, { link: "logit" }), refused, /two finite bounds/);
  expectRefusal(() => linkFor("v", positive, { bounds: [-1, 1] }), refused, /leave the support/);
  expectRefusal(() => linkFor("v", real, { bounds: [1, 1] }), refused, /enclose nothing/);
  expectRefusal(() => linkFor("v", real, { link: "identity", bounds: [0, 1] }), refused, /no bounds/);
  expectRefusal(() => linkFor("v", counts), refused, /formula gives real numbers/);
  expectRefusal(() => linkFor("v", real, { link: "probit" as "log" }), refused, /no link "probit"/);
});
