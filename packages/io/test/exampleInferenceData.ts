import type { InferenceData, LabelledArray } from "@poolish/core";

function filled(dims: string[], shape: number[], value: (i: number) => number): LabelledArray {
  const length = shape.reduce((size, axis) => size * axis, 1);
  return { dims, shape, values: Float64Array.from({ length }, (_, i) => value(i)) };
}

/** Two chains of three draws, with every group, both kinds of labels and numbers that need care. */
export function exampleInferenceData(): InferenceData {
  const draws = (value: (i: number) => number) => filled(["chain", "draw"], [2, 3], value);
  return {
    posterior: {
      mu: draws((i) => Math.sin(i)),
      rate: filled(["chain", "draw", "location"], [2, 3, 2], (i) => [Number.NaN, Infinity, -Infinity, 1 / 3][i % 4]),
      "µ [log]": draws((i) => i * 1e-300),
    },
    sample_stats: {
      lp: draws((i) => -i),
      diverging: draws((i) => i % 2),
      tree_depth: draws((i) => i + 1),
    },
    log_likelihood: { chips: filled(["chain", "draw", "cookie"], [2, 3, 4], (i) => -i / 7) },
    posterior_predictive: { chips: filled(["chain", "draw", "cookie"], [2, 3, 4], (i) => i) },
    observed_data: { chips: filled(["cookie"], [4], (i) => i) },
    constant_data: { year: filled(["time"], [3], (i) => 2000 + i), total: filled([], [], () => 125) },
    coords: { location: ["north", "süd"], time: [1.5, 2.5, 4], cookie: [10, 20, 30, 40] },
    attrs: { inference_library: "poolish", created_at: "2026-01-01T00:00:00Z", seed: 1, time: 0.25, note: "" },
  };
}
