import { PoolishError } from "@poolish/core";

/** Shares of draws beyond the box that a likelihood was trained in, or of a trial off its support, from 0 to 1. */
export interface ExtrapolationThresholds {
  /** Above this share the fit has a notice; 0.01 by default. */
  readonly noticeAbove?: number;
  /** Above this share beyond the box `requireTrusted` throws; 0.2 by default, 1 for never. */
  readonly errorAbove?: number;
}

/** @throws PoolishError naming a threshold that is no share. */
export function requireThresholds({
  noticeAbove,
  errorAbove,
}: ExtrapolationThresholds = {}): Required<ExtrapolationThresholds> {
  const thresholds = { noticeAbove: noticeAbove ?? 0.01, errorAbove: errorAbove ?? 0.2 };
  for (const [name, value] of Object.entries(thresholds)) {
    if (value >= 0 && value <= 1) continue;
    throw new PoolishError(`expected a share from 0 to 1, got ${value}`, {
      kind: "input",
      field: `extrapolation.${name}`,
      remedy: "Pass extrapolation: { noticeAbove: 0.01, errorAbove: 0.2 }.",
    });
  }
  return thresholds;
}
