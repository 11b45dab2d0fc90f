"""The model of bench/lan.ts in NumPyro on one core: lan_numpyro.py FOLDER CHAINS WARMUP DRAWS diagonal|dense. Reads problem.json, writes draws.json."""
import os
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
import json, sys, time
import jax, jax.numpy as jnp, numpy as np, numpyro, numpyro.distributions as dist
from numpyro.infer import NUTS, init_to_median

folder, chains, warmup, draws = sys.argv[1], *map(int, sys.argv[2:5])
P = json.load(open(folder + "/problem.json"))
layers = [(jnp.asarray(l["weights"], jnp.float32).reshape(l["inputs"], -1), jnp.asarray(l["bias"], jnp.float32)) for l in P["layers"]]
rt, response, subject, weight = (np.asarray(P[k]) for k in ("rt", "response", "subject", "weight"))
rt, response, weight = (jnp.asarray(x, jnp.float32) for x in (rt, response, weight))
J, edge, lapse, longest = int(subject.max()) + 1, P["edge"], P["lapse"], P["longest"]

def network(x):
    for w, b in layers[:-1]: x = jnp.tanh(x @ w + b)
    return (x @ layers[-1][0] + layers[-1][1])[:, 0]

def model():
    parts = {}
    for name, (mean, sd, scale) in P["priors"].items():
        value = numpyro.sample(name + "_Intercept", dist.Normal(mean, sd))
        if scale is not None:
            sigma = numpyro.sample(name + "_sigma", dist.HalfNormal(scale))
            with numpyro.plate(name + "_plate", J): offset = numpyro.sample(name + "_offset", dist.Normal(value, sigma))
            value = offset[subject]
        parts[name] = value
    n = rt.shape[0]
    v, a, t = parts["v"], jnp.exp(parts["a"]), jnp.exp(parts["t"])
    z, theta = jax.nn.sigmoid(parts["z"]), parts["theta"]
    held = jnp.maximum(rt, t)
    x = jnp.stack([jnp.broadcast_to(p, (n,)) for p in (v, a, z, t, theta, held, response)], 1)
    logp = network(x) + jnp.minimum(rt - t, 0) / edge
    mixed = jnp.logaddexp(jnp.log1p(-lapse) + logp, jnp.log(lapse / (2 * longest)))
    numpyro.factor("trials", (weight * mixed).sum())

# By hand in chunks of equal length, so that one short compiled run serves warmup and draws: MCMC would compile by a whole run.
# From the median of the prior: a uniform start can put t above every response, and its warmup then takes minutes.
kernel, CHUNK = NUTS(model, init_strategy=init_to_median, dense_mass=sys.argv[5] == "dense"), 20
def start(seed): return kernel.init(jax.random.PRNGKey(seed), warmup, None, (), {})
@jax.jit
def chunk(state):
    def step(s, _):
        s = kernel.sample(s, (), {})
        return s, (s.z, s.num_steps)
    return jax.lax.scan(step, state, None, length=CHUNK)
jax.block_until_ready(chunk(start(0)))  # compiles
first = [start(1 + c) for c in range(chains)]
cpu, clock, kept, steps = time.process_time(), time.time(), [], 0
for state in first:
    parts = []
    for _ in range((warmup + draws) // CHUNK):
        state, (z, n) = chunk(state)
        parts.append(z); steps += int(n.sum())
    kept.append({k: np.concatenate([np.asarray(p[k]) for p in parts])[-draws:] for k in parts[0]})
seconds, core = time.time() - clock, time.process_time() - cpu
samples = {k: np.stack([c[k] for c in kept]) for k in kept[0]}
flat = {}
for k, x in samples.items():
    if x.ndim == 2: flat[k] = x.tolist()
    else: flat.update({f"{k}[{j}]": x[:, :, j].tolist() for j in range(x.shape[2])})
json.dump({"seconds": seconds, "core": core, "steps": steps, "draws": flat}, open(folder + "/draws.json", "w"))
