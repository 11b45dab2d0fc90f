import type { AxisXOptions, AxisYOptions } from "@observablehq/plot";
import { theme } from "./theme.ts";

/** How every axis looks: grey ticks, ink labels, no arrow behind the label, which stands in the middle of its axis. */
export const AXIS_STYLE: AxisXOptions & AxisYOptions = {
  stroke: theme.muted,
  fill: theme.ink,
  fontSize: theme.size.tick,
  tickSize: 4,
  labelAnchor: "center",
  labelArrow: "none",
};
