"""Makes a likelihood approximation network of the LAN form of exact log-densities, by JAX on one core: python train.py FOLDER 64 64 64

Its error must be small where trials fall, and must not go with the parameters: a mean gradient that is off by .5 % of its standard
deviation moves estimates from 2,000 trials by a fifth of theirs. Hence trials come in groups of one parameter vector, at evenly spaced
quantiles, and the loss looks at log-densities, at gradients in the parameters (measured by the Fisher information), and at each
group's mean of these. Writes the weights, layer by layer (matrix, inputs x outputs, then bias), as FOLDER/weights.f32.
"""
import os
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
import sys, time
import jax, jax.numpy as jnp, numpy as np
jax.config.update("jax_enable_x64", True)
from angle_density import OVERSHOOT, log_density

folder, hidden = sys.argv[1], [int(width) for width in sys.argv[2:]] or [64, 64, 64]
STEPS, GROUPS = int(os.environ.get("STEPS", 60000)), int(os.environ.get("GROUPS", 60000))
BATCH, PEAK, REFRESH = 64, 4e-3, 10  # groups a step; learning rate; steps between looks at the preconditioner's axes
TRIALS, BROAD = 64, 16  # a group: at quantiles of its density, and anywhere
LOW, HIGH = np.array([-3, 0.3, 0.2, 0]), np.array([3, 2.5, 0.8, 0.9])  # v, a, z, theta; t only moves rt
SHORTEST, LONGEST = 1e-3, 20.0

def at_quantiles(parameters, u, points=300):
    """Decision times and choices at the quantiles u of both choices' densities, one behind the other."""
    meeting = (parameters[1] + OVERSHOOT) / jnp.maximum(jnp.tan(parameters[3]), 1e-9)
    y = jnp.linspace(jnp.log(2e-4), jnp.log(jnp.minimum(30.0, 0.999 * meeting)), points)
    s = jnp.exp(y)
    density = jnp.stack([jnp.exp(jax.vmap(log_density, (None, 0, None))(parameters, s, up)) * s for up in (True, False)])
    share = jnp.concatenate([jnp.zeros(1), jnp.cumsum((density[:, 1:] + density[:, :-1]).ravel())])
    at = jnp.interp(u * share[-1], share, jnp.arange(2.0 * points - 1))
    up = at < points - 1
    return jnp.exp(jnp.interp(jnp.where(up, at, at - (points - 1)), jnp.arange(1.0 * points), y)), up

def floored(L):
    """Below -10 the logarithm of how far below: where no trial falls, it is enough that the way leads uphill."""
    L = np.maximum(L, -300)
    return np.where(L < -10, -10 - np.log1p(np.maximum(-10 - L, 0)), L), np.where(L < -10, 1 / (np.maximum(-10 - L, 0) + 1), 1.0)

def groups(rng, count):
    """Inputs (v, a, z, theta, decision time, response), log-densities, their gradients in the first five, and the inverse of a Cholesky
    factor of the information of one trial, to which a prior as wide as the box adds what 1 / 200 of it knows."""
    prior = np.diag(16 / 200 / np.array([6, 2.2, 0.6, 0.9, 0.95]) ** 2)
    labels = jax.jit(jax.vmap(jax.vmap(jax.value_and_grad(lambda x, up: log_density(x[:4], x[4], up)))))
    quantiles = jax.jit(jax.vmap(at_quantiles))
    parts = []
    for _ in range(0, count, 1000):
        theta = LOW + (HIGH - LOW) * rng.random((1000, 4))
        s, up = quantiles(theta, (np.arange(TRIALS) + rng.random((1000, TRIALS))) / TRIALS)
        anywhere = SHORTEST * (LONGEST / SHORTEST) ** (rng.random((1000, BROAD)) ** 0.6)
        s, up = np.concatenate([s, anywhere], 1), np.concatenate([up, rng.random((1000, BROAD)) < 0.5], 1)
        x = np.concatenate([np.repeat(theta[:, None], TRIALS + BROAD, 1), s[..., None]], 2)
        L, gradient = map(np.asarray, labels(x, up))
        gradient = gradient[:, :TRIALS]
        information = np.einsum("nqi,nqj->nij", gradient, gradient) / TRIALS + prior
        L, slope = floored(L)
        inputs = np.concatenate([x, np.where(up, 1.0, -1.0)[..., None]], 2)
        part = inputs, L, gradient * slope[:, :TRIALS, None], np.linalg.inv(np.linalg.cholesky(information))
        parts.append([array.astype(np.float32) for array in part])
    return [np.concatenate(arrays) for arrays in zip(*parts)]

def value_and_gradient(P, x):  # a layer is its matrix above its bias
    activations = []
    for w in P[:-1]:
        x = jnp.tanh(x @ w[:-1] + w[-1])
        activations.append(x)
    value, g = (x @ P[-1][:-1] + P[-1][-1])[:, 0], (1 - x * x) * P[-1][:-1, 0]
    for w, below in zip(P[1:-1][::-1], activations[:-1][::-1]):
        g = (g @ w[:-1].T) * (1 - below * below)
    return value, g @ P[0][:5].T

def losses(P, X, L, G, whiten):
    n = len(X)
    value, gradient = value_and_gradient(P, X.reshape(-1, 6))
    error = value.reshape(n, -1) - L
    apart = jnp.einsum("nij,nqj->nqi", whiten, gradient.reshape(n, -1, 5)[:, :TRIALS] / sd[:5] - G)
    square, mean = (apart * apart).sum(-1), apart.mean(1)
    robust = error * error / (1 + jnp.abs(error))
    near = jnp.where(L[:, TRIALS:] > -4, 1.0, jnp.where(L[:, TRIALS:] > -8, 0.5, 0.15))
    return jnp.stack([
        robust[:, :TRIALS].mean(), (square / (1 + square / 4)).mean(),
        (mean * mean / (1 + jnp.abs(mean))).sum(-1).mean(), (near * robust[:, TRIALS:]).mean(),
    ])

WEIGHTS = jnp.array([1, 0.1, 3, 0.1], jnp.float32)

def step(state, batch):
    """SOAP (Vyas et al. 2025, arXiv:2409.11321, algorithm 3): Adam along the axes of each layer's Kronecker-factored preconditioner."""
    P, first, second, k, factors = state
    value, gradient = jax.value_and_grad(lambda P: WEIGHTS @ losses(P, *batch))(P)
    rate = PEAK * jnp.minimum((k + 1) / 300, 1) * 0.5 * (1 + jnp.cos(jnp.pi * k / STEPS))
    layers = []
    for p, m, v, g, (left, right, U, V) in zip(P, first, second, gradient, factors):
        left, right = 0.98 * left + 0.02 * g @ g.T, 0.98 * right + 0.02 * g.T @ g
        m, v = 0.9 * m + 0.1 * g, 0.98 * v + 0.02 * (U.T @ g @ V) ** 2
        along = (U.T @ m @ V) / (1 - 0.9 ** (k + 1)) / (jnp.sqrt(v / (1 - 0.98 ** (k + 1))) + 1e-9)
        layers.append((p - rate * U @ along @ V.T, m, v, (left, right, U, V)))
    P, first, second, factors = (list(each) for each in zip(*layers))
    return (P, first, second, k + 1, factors), value

@jax.jit
def block(state, data, indices):
    def some(state, indices):
        state, value = jax.lax.scan(lambda state, i: step(state, [array[i] for array in data]), state, indices)
        turned = [(l, r, jnp.linalg.qr(l @ U)[0], jnp.linalg.qr(r @ V)[0]) for l, r, U, V in state[4]]
        return (*state[:4], turned), value.mean()
    state, values = jax.lax.scan(some, state, indices)
    return state, values.mean()

rng = np.random.default_rng(11)
X, *rest = groups(rng, GROUPS)
X_held, *rest_held = groups(np.random.default_rng(5), 2000)
mu, sd = X[:20000].reshape(-1, 6).mean(0), X[:20000].reshape(-1, 6).std(0)
data = [jnp.asarray(array) for array in ((X - mu) / sd, *rest)]
held = [jnp.asarray(array) for array in ((X_held - mu) / sd, *rest_held)]
del X, rest

sizes = [6, *hidden, 1]
keys = jax.random.split(jax.random.PRNGKey(3), len(sizes) - 1)
P = [jnp.concatenate([jax.random.normal(key, (i, o), jnp.float32) / np.float32(i ** 0.5), jnp.zeros((1, o), jnp.float32)]) for key, i, o in zip(keys, sizes, sizes[1:])]
zeros = lambda *shape: jnp.zeros(shape, jnp.float32)
eye = lambda n: jnp.eye(n, dtype=jnp.float32)
factors = [(zeros(i + 1, i + 1), zeros(o, o), eye(i + 1), eye(o)) for i, o in zip(sizes, sizes[1:])]
state = (P, [zeros(*p.shape) for p in P], [zeros(*p.shape) for p in P], np.float32(0), factors)
on_held = jax.jit(lambda P: losses(P, *held))
for s in range(0, STEPS, 200):
    state, value = block(state, data, jnp.asarray(rng.integers(0, GROUPS, (200 // REFRESH, REFRESH, BATCH))))
    if s % 4000 == 0 or s + 200 == STEPS:
        print(s + 200, round(time.process_time()), "loss", float(value), "held out", on_held(state[0]), flush=True)
P = [np.asarray(p, np.float64) for p in state[0]]

def off(P):
    """By how many posterior standard deviations of 2,000 trials the network's own maximum is off, in v, a, z, theta and t."""
    whiten, G = np.asarray(held[3], float), np.asarray(held[2], float)
    value, gradient = value_and_gradient(P, np.asarray(held[0], float).reshape(-1, 6))
    error = np.asarray(value).reshape(len(G), -1)[:, :TRIALS] - np.asarray(held[1])[:, :TRIALS]
    apart = (np.asarray(gradient).reshape(len(G), -1, 5)[:, :TRIALS] / sd[:5] - G).mean(1)
    covariance = np.einsum("nki,nkj->nij", whiten, whiten)
    return error, np.einsum("nij,nj->ni", covariance, apart) / np.sqrt(np.einsum("nii->ni", covariance) / 2000)
error, bias = off(P)
print("root mean square error of log-densities", np.sqrt((error ** 2).mean()), "mean", error.mean())
print("off, in posterior sds of 2,000 trials: rms", np.sqrt((bias ** 2).mean(0)).round(3), "95 %", np.quantile(np.abs(bias), 0.95, axis=0).round(3))

w = P[0][:-1] / sd[:, None]
first = np.stack([w[0], w[1], w[2], -w[4], w[3], w[4], w[5]])  # v, a, z, t, theta, rt, response: rt - t is what was learned
flat = [first.ravel(), P[0][-1] - mu @ w] + [p.ravel() for p in P[1:]]
np.concatenate(flat).astype(np.float32).tofile(folder + "/weights.f32")
