"""Peer of bench/sampling.ts: its models in NumPyro, in double precision, chains one after the other on one core.

python sampling_numpyro.py --data data.json (bench/sampling.ts writes it and runs this)
"""
import os
import time

from sampling_common import arguments, read_data, report, smallest_ess

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.infer import NUTS

numpyro.enable_x64()


def eight_schools_non_centred(effect, error):
    mu = numpyro.sample("mu", dist.Normal(0, 5))
    tau = numpyro.sample("tau", dist.HalfCauchy(5))
    with numpyro.plate("school", 8):
        eta = numpyro.sample("eta", dist.Normal(0, 1))
        numpyro.sample("effect", dist.Normal(mu + tau * eta, error), obs=effect)


def radon(counties, uranium, county, floor, logRadon):
    mu = numpyro.sample("mu", dist.Normal(0, 10))
    gamma = numpyro.sample("gamma", dist.Normal(0, 10))
    beta = numpyro.sample("beta", dist.Normal(0, 10))
    between = numpyro.sample("between", dist.HalfNormal(1))
    within = numpyro.sample("within", dist.HalfNormal(1))
    with numpyro.plate("counties", counties):
        alpha = numpyro.sample("alpha", dist.Normal(mu + gamma * uranium, between))
    numpyro.sample("logRadon", dist.Normal(alpha[county] + beta * floor, within), obs=logRadon)


# The two whose speed is measured; effective draws a gradient are compared with nutpie's alone.
MODELS = {"eightSchoolsNonCentred": eight_schools_non_centred, "radon": radon}


def compiled_phases(kernel, args):
    """`MCMC.run` compiles anew at each call. One jitted scan a phase does not, and is the fastest way to drive NumPyro."""

    def step(state, _):
        state = kernel.sample(state, (), {})
        return state, (state.z, state.num_steps, state.diverging)

    scan = lambda length: jax.jit(lambda state: jax.lax.scan(step, state, None, length=length))
    return scan(args.warmup), scan(args.draws)


def run(name, data, args, seed):
    """The first chain compiles, and is run again for the clock."""
    kernel = NUTS(lambda: MODELS[name](**data))
    phases = compiled_phases(kernel, args)
    keys = jax.random.split(jax.random.PRNGKey(seed), args.chains)
    start_of = lambda key: kernel.init(key, args.warmup, None, (), {})

    def run_chain(state):
        """The draws of the second phase by name, with seconds and gradients of each phase."""
        seconds, gradients = [], []
        for phase in phases:
            start = time.perf_counter()
            state, (draws, num_steps, diverging) = jax.block_until_ready(phase(state))
            seconds.append(time.perf_counter() - start)
            gradients.append(int(jnp.sum(num_steps)))
        return draws, seconds, gradients, int(jnp.sum(diverging))

    start = time.perf_counter()
    run_chain(start_of(keys[0]))
    first = time.perf_counter() - start
    chains = [run_chain(state) for state in [start_of(key) for key in keys]]
    seconds = [sum(chain[1][phase] for chain in chains) for phase in (0, 1)]
    gradients = [sum(chain[2][phase] for chain in chains) for phase in (0, 1)]
    # Bulk ESS goes by ranks: the unconstrained scale, where `z` lives, does as well.
    draws = {key: np.stack([chain[0][key] for chain in chains]) for key in chains[0][0]}
    report(
        model=name,
        seed=seed,
        minEss=smallest_ess(draws),
        compileSeconds=max(0.0, first - sum(chains[0][1])),
        warmupSeconds=seconds[0],
        sampleSeconds=seconds[1],
        warmupGradients=gradients[0],
        sampleGradients=gradients[1],
        divergences=sum(chain[3] for chain in chains),
    )


def main():
    args = arguments(__doc__)
    for name, data in read_data(args.data).items():
        for seed in range(1, args.seeds + 1):
            run(name, {key: jnp.asarray(value) if np.ndim(value) else value for key, value in data.items()}, args, seed)


if __name__ == "__main__":
    main()
