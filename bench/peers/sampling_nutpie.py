"""Peer of bench/sampling.ts: its models in PyMC, compiled by Numba, sampled by nutpie on one core.

python sampling_nutpie.py --data data.json (bench/sampling.ts writes it and runs this)
"""
import time
import warnings

from sampling_common import arguments, read_data, report, smallest_ess, wait_for_turn

import numpy as np
import nutpie
import pymc as pm

warnings.filterwarnings("ignore")


def eight_schools_non_centred(effect, error):
    mu = pm.Normal("mu", 0, 5)
    tau = pm.HalfCauchy("tau", 5)
    eta = pm.Normal("eta", 0, 1, shape=8)
    pm.Normal("effect", mu + tau * eta, error, observed=effect)


def eight_schools_centred(effect, error):
    mu = pm.Normal("mu", 0, 5)
    tau = pm.HalfCauchy("tau", 5)
    theta = pm.Normal("theta", mu, tau, shape=8)
    pm.Normal("effect", theta, error, observed=effect)


def radon(counties, uranium, county, floor, logRadon):
    mu = pm.Normal("mu", 0, 10)
    gamma = pm.Normal("gamma", 0, 10)
    beta = pm.Normal("beta", 0, 10)
    between = pm.HalfNormal("between", 1)
    within = pm.HalfNormal("within", 1)
    alpha = pm.Normal("alpha", mu + gamma * uranium, between, shape=counties)
    pm.Normal("logRadon", alpha[county] + beta * floor, within, observed=logRadon)


def poisson_intercepts(groups, group, x, count):
    mu = pm.Normal("mu", 0, 5)
    sigma = pm.HalfNormal("sigma", 1)
    slope = pm.Normal("slope", 0, 1)
    eta = pm.Normal("eta", 0, 1, shape=groups)
    pm.Poisson("count", pm.math.exp((mu + sigma * eta)[group] + slope * x), observed=count)


def funnel_non_centred():
    v = pm.Normal("v", 0, 3)
    z = pm.Normal("z", 0, 1, shape=8)
    pm.Deterministic("x", z * pm.math.exp(v / 2))


def linear_predictor(columns, intercept_scale, slope_scale):
    intercept = pm.Normal("intercept", 0, intercept_scale)
    slopes = pm.Normal("slopes", 0, slope_scale, shape=len(columns))
    return intercept + sum(slopes[k] * x for k, x in enumerate(columns))


def logistic_regression(x1, x2, x3, x4, x5, y):
    pm.Bernoulli("y", logit_p=linear_predictor([x1, x2, x3, x4, x5], 2, 1), observed=y)


def normal_regression(x1, x2, x3, x4, y):
    pm.Normal("y", linear_predictor([x1, x2, x3, x4], 10, 10), pm.HalfNormal("sigma", 5), observed=y)


def kidiq(school, iq, score):
    pm.Normal("score", linear_predictor([school, iq], 100, 100), pm.HalfCauchy("sigma", 2.5), observed=score)


def earnings(height, male, logEarnings):
    pm.Normal("logEarnings", linear_predictor([height, male], 20, 5), pm.HalfNormal("sigma", 5), observed=logEarnings)


def student_regression(x, y):
    mean = linear_predictor([x], 10, 10)
    degrees = pm.Gamma("degrees", alpha=2, beta=0.1)
    pm.StudentT("y", nu=degrees, mu=mean, sigma=pm.HalfNormal("scale", 5), observed=y)


MODELS = {
    "eightSchoolsNonCentred": eight_schools_non_centred,
    "eightSchoolsCentred": eight_schools_centred,
    "radon": radon,
    "logisticRegression": logistic_regression,
    "normalRegression": normal_regression,
    "poissonIntercepts": poisson_intercepts,
    "kidiq": kidiq,
    "earnings": earnings,
    "funnelNonCentred": funnel_non_centred,
    "studentRegression": student_regression,
}


def run(name, compiled, latents, compile_seconds, args, seed):
    """nutpie does not time its phases: a run with one draw says what warming up costs, with all that surrounds it."""

    def timed(draws):
        start = time.perf_counter()
        options = {"chains": args.chains, "cores": 1, "seed": seed, "save_warmup": True, "progress_bar": False}
        trace = nutpie.sample(compiled, tune=args.warmup, draws=draws, **options)
        return trace, time.perf_counter() - start

    _, warmup_seconds = timed(1)
    trace, seconds = timed(args.draws)
    report(
        model=name,
        seed=seed,
        minEss=smallest_ess({key: trace.posterior[key].values for key in latents}),
        compileSeconds=compile_seconds,
        warmupSeconds=warmup_seconds,
        sampleSeconds=max(seconds - warmup_seconds, 1e-3),
        warmupGradients=int(np.sum(trace.warmup_sample_stats["n_steps"].values)),
        sampleGradients=int(np.sum(trace.sample_stats["n_steps"].values)),
        divergences=int(np.sum(trace.sample_stats["diverging"].values)),
    )


def main():
    args = arguments(__doc__)
    for name, data in read_data(args.data).items():
        with pm.Model() as model:
            MODELS[name](**data)
        latents = [variable.name for variable in model.free_RVs]
        start = time.perf_counter()
        compiled = nutpie.compile_pymc_model(model)
        # The first call compiles what is left.
        nutpie.sample(compiled, tune=10, draws=10, chains=1, cores=1, seed=0, progress_bar=False)
        compile_seconds = time.perf_counter() - start
        for seed in range(1, args.seeds + 1):
            wait_for_turn()
            run(name, compiled, latents, compile_seconds, args, seed)


if __name__ == "__main__":
    main()
