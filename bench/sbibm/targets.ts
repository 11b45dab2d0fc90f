/** The tasks of the accuracy figures, and what is to be reached with 10,000 simulations: mean C2ST over the observations. */
export const TARGETS: Readonly<Record<string, number>> = {
  gaussian_linear: 0.55,
  gaussian_linear_uniform: 0.55,
  bernoulli_glm: 0.6,
  slcp: 0.77,
  two_moons: 0.6,
  gaussian_mixture: 0.62,
  sir: 0.65,
  lotka_volterra: 0.8,
};

export const BENCHMARK_TASKS: readonly string[] = Object.keys(TARGETS);
