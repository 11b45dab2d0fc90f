"""A hierarchical model with a likelihood that sbi learned, by Pyro: ../hierarchical.ts runs it by `--peer PYTHON` and reads JSON
on its last line. What is not named here has the libraries' defaults; the gradient is that of Pyro's own NUTS.
"""

import argparse
import json
import tempfile
import time

import pyro
import pyro.distributions as dist
import torch
from pyro.infer.mcmc.util import initialize_model
from pyro.ops.integrator import potential_grad
from sbi.inference import NLE
from sbi.utils.pyroutils import to_pyro_distribution
from sbi.utils.tracking import TensorBoardTracker
from torch.utils.tensorboard.writer import SummaryWriter

NOISE, PRIOR_SD = 0.5, 3.0


def draw_pairs(count, dim):
    theta = PRIOR_SD * torch.randn(count, dim)
    return theta, theta + NOISE * torch.randn(count, dim)


def learn(args):
    tracker = TensorBoardTracker(SummaryWriter(tempfile.mkdtemp(prefix="sbi-logs-")))
    trainer = NLE(density_estimator=args.density, tracker=tracker, show_progress_bars=False)
    start = time.perf_counter()
    estimator = trainer.append_simulations(*draw_pairs(args.simulations, args.dim)).train()
    seconds = time.perf_counter() - start
    theta, x = draw_pairs(20000, args.dim)
    with torch.no_grad():
        learned = estimator.log_prob(x.unsqueeze(0), condition=theta).mean()
    exact = dist.Normal(theta, NOISE).log_prob(x).sum(-1).mean()
    return estimator, seconds, float(exact - learned)


def hierarchy(estimator, x, subjects):
    dim = x.shape[-1]
    mu = pyro.sample("mu", dist.Normal(torch.zeros(dim), 1.0).to_event(1))
    variance = pyro.sample("variance", dist.InverseGamma(torch.ones(dim), 1.0).to_event(1))
    with pyro.plate("subjects", subjects):
        theta = pyro.sample("theta", dist.Normal(mu, variance.sqrt()).to_event(1))
        with pyro.plate("trials", len(x)):
            pyro.sample("x", to_pyro_distribution(estimator, theta.expand(len(x), -1, -1)), obs=x)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--density", required=True)
    for name in ("dim", "subjects", "trials", "simulations"):
        parser.add_argument(f"--{name}", type=int, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    estimator, seconds, gap = learn(args)
    x = torch.randn(args.trials, args.subjects, args.dim)
    initial, potential, _, _ = initialize_model(hierarchy, (estimator, x, args.subjects))
    fastest = float("inf")
    for _ in range(15):
        start = time.perf_counter()
        potential_grad(potential, initial)
        fastest = min(fastest, time.perf_counter() - start)
    # sbi ends its own report without a new line.
    print("\n" + json.dumps({"milliseconds": 1000 * fastest, "trainSeconds": seconds, "gap": gap}))


if __name__ == "__main__":
    main()
