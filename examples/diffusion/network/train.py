"""Makes a likelihood approximation network of simulated trials, by JAX on one core: python train.py FOLDER 64 64

1. A mixture density by maximum likelihood on FOLDER/sims.f32: P(response | theta), and log(rt - t) as a mixture of normals.
2. A tanh network of the LAN form (parameters, rt, response -> log-density) that is fitted to its log-densities.
Writes the second's weights, layer by layer (matrix, inputs x outputs, then bias), as FOLDER/weights.f32.
"""
import os
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
import sys, time
import jax, jax.numpy as jnp, numpy as np

folder, hidden = sys.argv[1], [int(width) for width in sys.argv[2:]] or [64, 64]
sims = np.fromfile(folder + "/sims.f32", dtype=np.float32).reshape(-1, 7)
low, high = sims[:, :5].min(0), sims[:, :5].max(0)
K = 8

def layers(key, dims):
    keys = jax.random.split(key, len(dims))
    return [(jax.random.normal(k, (i, o)) / np.sqrt(i), jnp.zeros(o)) for k, i, o in zip(keys, dims[:-1], dims[1:])]

def run(P, x):
    for w, b in P[:-1]: x = jnp.tanh(x @ w + b)
    return x @ P[-1][0] + P[-1][1]

def adam(P, loss, data, steps, batch, peak, seed, what):
    M = jax.tree.map(jnp.zeros_like, P); V = M; k = jnp.array(0.0); rng = np.random.default_rng(seed); start = time.time()
    @jax.jit
    def block(P, M, V, k, idx):
        def step(c, ix):
            P, M, V, k = c
            value, g = jax.value_and_grad(loss)(P, *[d[ix] for d in data])
            lr = peak * jnp.minimum((k + 1) / 500, 1) * 0.5 * (1 + jnp.cos(jnp.pi * k / steps))
            M = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, M, g)
            V = jax.tree.map(lambda v, g: 0.995 * v + 0.005 * g * g, V, g)
            P = jax.tree.map(lambda p, m, v: p - lr * (m / (1 - 0.9 ** (k + 1))) / (jnp.sqrt(v / (1 - 0.995 ** (k + 1))) + 1e-8), P, M, V)
            return (P, M, V, k + 1), value
        c, values = jax.lax.scan(step, (P, M, V, k), idx)
        return (*c, values.mean())
    for s in range(0, steps, 500):
        P, M, V, k, value = block(P, M, V, k, jnp.asarray(rng.integers(0, len(data[0]), (500, batch))))
        if s % 4000 == 0: print(what, s, round(time.time() - start), float(value), flush=True)
    return P

def features(theta):  # t only moves rt
    return jnp.asarray((theta[:, [0, 1, 2, 4]] - low[[0, 1, 2, 4]]) / (high - low)[[0, 1, 2, 4]] * 4 - 2)

def log_density(P, f, y, up):  # of log(rt - t), and of the response
    out = run(P, f)
    choice = -jax.nn.softplus(jnp.where(up, -out[:, 0], out[:, 0]))
    m = jnp.where(up[:, None], out[:, 1:1 + 3 * K], out[:, 1 + 3 * K:])
    logits, means, scales = m[:, :K], m[:, K:2 * K] + jnp.linspace(-2, 1, K), m[:, 2 * K:] - 1
    z = (y[:, None] - means) * jnp.exp(-scales)
    return choice + jax.nn.logsumexp(jax.nn.log_softmax(logits) - 0.5 * z * z - scales - 0.9189385, axis=1)

f, up = features(sims[:, :5]), jnp.asarray(sims[:, 6] > 0)
y = jnp.log(jnp.maximum(sims[:, 5] - sims[:, 3], 5e-4))
train = slice(0, len(sims) - 20000); test = slice(len(sims) - 20000, None)
D = layers(jax.random.PRNGKey(0), [4, 64, 64, 1 + 6 * K]); D[-1] = (D[-1][0] * 0.1, D[-1][1])
held = lambda P: float(-(log_density(P, f[test], y[test], up[test]) - y[test]).mean())
D = adam(D, lambda P, f, y, up: -log_density(P, f, y, up).mean(), (f[train], y[train], up[train]), int(os.environ.get("STEPS1", 10000)), 1024, 3e-3, 1, "density")
print("held-out negative log-density", held(D), flush=True)

rng = np.random.default_rng(2); n = 1_200_000
theta = (low + (high - low) * rng.random((n, 5))).astype(np.float32)
source = rng.integers(0, len(sims), n); u = rng.random(n)
decision = sims[source, 5] - sims[source, 3]  # decision times at the parameters of other trials, spread a little
near = u < 0.8
theta[near, :3] = np.clip(sims[source[near], :3] + 0.1 * (high - low)[:3] * rng.standard_normal((near.sum(), 3)), low[:3], high[:3])
theta[near, 4] = sims[source[near], 4]
decision = np.where(u < 0.9, decision * np.exp(0.2 * rng.standard_normal(n)), 18 * rng.random(n) ** 2)
decision = np.clip(decision, 1e-3, 18).astype(np.float32)
choice = np.where(rng.random(n) < 0.3, rng.random(n) < 0.5, sims[source, 6] > 0)
label = np.concatenate([np.asarray(log_density(D, features(theta[s:s + 20000]), jnp.log(decision[s:s + 20000]), jnp.asarray(choice[s:s + 20000]))) - np.log(decision[s:s + 20000]) for s in range(0, n, 20000)])
X = np.concatenate([theta, (theta[:, 3] + decision)[:, None], np.where(choice, 1.0, -1.0)[:, None]], 1).astype(np.float32)
Y = np.maximum(label, -16).astype(np.float32); mu, sd = X.mean(0), X.std(0); Z = ((X - mu) / sd).astype(np.float32)
def loss(P, x, y):
    e = run(P, x)[:, 0] - y; w = jnp.where(y > -4, 1.0, jnp.where(y > -8, 0.5, 0.15))
    return (w * e * e / (1 + jnp.abs(e) / 1.0)).mean()
last = n - 50000
P = adam(layers(jax.random.PRNGKey(3), [7, *hidden, 1]), loss, (jnp.asarray(Z[:last]), jnp.asarray(Y[:last])), int(os.environ.get("STEPS2", 32000)), 2048, 4e-3, 4, "network")
e = np.asarray(run(P, Z[last:])[:, 0] - Y[last:]); c = Y[last:] > -4
print("network: rms", np.sqrt((e[c] ** 2).mean()), "bias", e[c].mean(), "median", np.median(np.abs(e[c])), flush=True)
P = [(np.asarray(w, np.float64), np.asarray(b, np.float64)) for w, b in P]
w, b = P[0]; P[0] = (w / sd[:, None], b - (mu / sd) @ w)
np.concatenate([np.concatenate([w.ravel(), b]) for w, b in P]).astype(np.float32).tofile(folder + "/weights.f32")
