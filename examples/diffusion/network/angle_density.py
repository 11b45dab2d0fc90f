"""The exact log-density of a trial of the angle diffusion (decision time and response), as examples/diffusion/angleSimulator.ts simulates it.

Seen from boundaries A - s tan(theta) that meet, Brownian motion is one between still boundaries: u = x / (A - s tan(theta)) in the
time T with dT = ds / (A - s tan(theta))^2 has the drift kappa u / (1 + kappa T), kappa = A tan(theta), which is the gradient of
kappa u^2 / (2 (1 + kappa T)), so that Girsanov's theorem leaves no integral over the path. The drift v goes the same way. The simulator looks
at the boundaries once a step: the walk overshoots by .5826 sqrt(step) on average (Siegmund 1985, Sequential Analysis, 10.2), with variance
step / 4, which moves the boundaries and, through exp(v overshoot), the time. check.py compares with simulated trials.
"""
import jax.numpy as jnp

STEP = 1e-3
OVERSHOOT = 0.5826 * STEP ** 0.5

def log_hitting_density(T, distance):
    """Of the time T at which Brownian motion reaches the boundary at `distance`, before the other one; they are 2 apart.
    Both series of Feller are exact; each is used where few terms do (Navarro & Fuss 2009, J. Math. Psych. 53:222)."""
    is_late = T > 0.7
    early, late = jnp.where(is_late, 0.7, T), jnp.where(is_late, T, 0.7)
    d = distance + 4 * jnp.arange(-3, 4)
    sum_early = (d * jnp.exp(-(d * d - distance * distance) / (2 * early))).sum()
    log_early = jnp.log(sum_early) - distance * distance / (2 * early) - 0.5 * jnp.log(2 * jnp.pi * early ** 3)
    n = jnp.arange(1, 9)
    sum_late = (n * jnp.sin(n * jnp.pi * distance / 2) * jnp.exp(-(n * n - 1) * jnp.pi ** 2 * late / 8)).sum()
    log_late = jnp.log(jnp.pi / 4 * sum_late) - jnp.pi ** 2 * late / 8
    return jnp.where(is_late, log_late, log_early)

def log_density(parameters, decision_time, is_upper):
    """parameters v, a, z, theta; -inf before the first step and where the boundaries have met."""
    v, a, z, theta = parameters
    s = decision_time - STEP / 4
    A, start, sign = a + OVERSHOOT, (2 * z - 1) * a, jnp.where(is_upper, 1.0, -1.0)
    kappa = A * jnp.tan(theta)
    is_inside = (s > 0) & (1 - kappa * s / A ** 2 > 1e-3)
    s = jnp.where(is_inside, s, 1e-3 * A ** 2)
    left = 1 - kappa * s / A ** 2  # of the boundary
    value = (
        log_hitting_density(s / A ** 2 / left, 1 - sign * start / A) - 2 * jnp.log(A) - 1.5 * jnp.log(left)
        + kappa * (left - (start / A) ** 2) / 2 + v * (sign * A * left - start) - v * v * s / 2
    )
    return jnp.where(is_inside, value, -jnp.inf)
