import type { ScalarSupport } from "@poolish/core";

/** Where each of several shares of a whole may lie, 0 and 1 included; that they sum to 1 is their structure. */
export const share: ScalarSupport = { kind: "interval", lower: 0, upper: 1, closed: "both" };
