"""Whether the exact density is that of the simulator: python check.py FOLDER, after simulate.ts.

At the truth the expected gradient of a log-density is 0. Prints the parameters at which it would be, minus the truth, by one step of
Newton's from all trials: in standard errors, and in posterior standard deviations of 2,000 trials.
"""
import sys
import jax, jax.numpy as jnp, numpy as np
jax.config.update("jax_enable_x64", True)
from angle_density import log_density

trials = np.fromfile(sys.argv[1] + "/sims.f32", dtype=np.float32).reshape(-1, 7).astype(float)
decision = np.round(trials[:, 5] - trials[:, 3], 3)
points = np.stack([*trials[:, :3].T, trials[:, 4], decision], 1)
gradient = jax.jit(jax.vmap(jax.grad(lambda x, up: log_density(x[:4], x[4], up))))
G = np.concatenate([gradient(points[i:i + 50000], trials[i:i + 50000, 6] > 0) for i in range(0, len(points), 50000)])
G[:, 4] *= -1  # t
for low, high in [(0.3, 2.5), (0.3, 0.8), (0.8, 1.4), (1.4, 2.5)]:
    g = G[(points[:, 1] >= low) & (points[:, 1] < high) & (decision < 19.9)]
    covariance = np.linalg.inv(g.T @ g / len(g))
    off, sd = covariance @ g.mean(0), np.sqrt(np.diag(covariance))
    print(f"a {low} ... {high}, {len(g)} trials; v, a, z, theta, t:", "standard errors", (off / sd * np.sqrt(len(g))).round(1), "sds", (off / sd * np.sqrt(2000)).round(2))
