"""Peer of bench/sampling.ts: its models in NumPyro, in double precision, chains one after the other on one core.

python sampling_numpyro.py --data data.json (bench/sampling.ts writes it and runs this)
"""
import os
import time

from sampling_common import arguments, read_data, report, smallest_ess, wait_for_turn

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


def prepare(name, data, args):
    """A function from a key to the draws of the second phase by name, with seconds and gradients of each phase."""
    kernel = NUTS(lambda: MODELS[name](**data))
    phases = compiled_phases(kernel, args)

    def run_chain(key):
        state = kernel.init(key, args.warmup, None, (), {})
        seconds, gradients = [], []
        for phase in phases:
            start = time.perf_counter()
            state, (draws, num_steps, diverging) = jax.block_until_ready(phase(state))
            seconds.append(time.perf_counter() - start)
            gradients.append(int(jnp.sum(num_steps)))
        return draws, seconds, gradients, int(jnp.sum(diverging))

    return run_chain


def seconds_of(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def run(name, run_chain, compile_seconds, args, seed):
    chains = [run_chain(key) for key in jax.random.split(jax.random.PRNGKey(seed), args.chains)]
    seconds = [sum(chain[1][phase] for chain in chains) for phase in (0, 1)]
    gradients = [sum(chain[2][phase] for chain in chains) for phase in (0, 1)]
    # Bulk ESS goes by ranks: the unconstrained scale, where `z` lives, does as well.
    draws = {key: np.stack([chain[0][key] for chain in chains]) for key in chains[0][0]}
    report(
        model=name,
        seed=seed,
        minEss=smallest_ess(draws),
        compileSeconds=compile_seconds,
        warmupSeconds=seconds[0],
        sampleSeconds=seconds[1],
        warmupGradients=gradients[0],
        sampleGradients=gradients[1],
        divergences=sum(chain[3] for chain in chains),
    )


def main():
    args = arguments(__doc__)
    for name, columns in read_data(args.data).items():
        data = {key: jnp.asarray(value) if np.ndim(value) else value for key, value in columns.items()}
        run_chain = prepare(name, data, args)
        first, again = [seconds_of(lambda: run_chain(jax.random.PRNGKey(0))) for _ in range(2)]
        for seed in range(1, args.seeds + 1):
            wait_for_turn()
            # The first chain compiles.
            run(name, run_chain, max(0.0, first - again), args, seed)


if __name__ == "__main__":
    main()
