import { textWidth } from "./textWidth.ts";
import { theme } from "./theme.ts";

export interface ValueAxis {
  /** An option of an axis mark; none for plain numbers. */
  readonly format: { readonly tickFormat?: string | ((value: number) => string) };
  /** Pixels that ticks and their labels need beside the frame. */
  readonly width: number;
}

/** From here on, ticks share a prefix ("k", "M"); below the second, plain numbers would be mostly zeros. */
const LARGE = 1e5;
const SMALL = 1e-3;
/** Tick, the gap behind it, and room to the neighbour. */
const TICK_ROOM = 14;

function widthOf(label: string): number {
  return Math.ceil(textWidth(label, theme.size.tick)) + TICK_ROOM;
}

/** "3e−5" rather than d3's "3e-5" and "0e+0". */
export function exponential(value: number): string {
  return value === 0 ? "0" : Number(value.toPrecision(3)).toExponential().replaceAll("-", "−");
}

/** How to label a vertical axis over [lower, upper] with about `numTicks` ticks, and how much room that takes. */
export function valueAxis(lower: number, upper: number, numTicks: number): ValueAxis {
  const largest = Math.max(Math.abs(lower), Math.abs(upper));
  const span = upper - lower;
  const sign = lower < 0 ? "−" : "";
  const isWide = span > 0.01 * largest;
  if (isWide && largest >= LARGE) return { format: { tickFormat: "~s" }, width: widthOf(`${sign}000.0M`) };
  if (isWide && largest < SMALL) return { format: { tickFormat: exponential }, width: widthOf(`${sign}0.0e−00`) };
  // d3 chooses a step between half and twice the even one, and as many decimals as the step has.
  const decimals = Math.max(0, -Math.floor(Math.log10(span / numTicks / 2)));
  return {
    format: {},
    width: widthOf(sign + Math.trunc(largest).toLocaleString("en") + (decimals > 0 ? `.${"0".repeat(decimals)}` : "")),
  };
}
