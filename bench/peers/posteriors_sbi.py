"""Posterior and ratio estimators by sbi: ../posteriors.ts runs it by `--peer PYTHON` and reads JSON on its last line.

Linear Gaussian in two dimensions, 10,000 simulations, sbi's own defaults (batches of 200, 10 % held out, patience 20). Times are of the CPU.
"""

import json
import sys
import tempfile
import time
from functools import partial

import torch
from sbi.inference import NPE, NRE
from sbi.utils.tracking import TensorBoardTracker
from torch.utils.tensorboard.writer import SummaryWriter

NOISE, SHIFT = 0.3, -1.0
NUM_CALLS = 5


def run(make):
    """Times of one trainer: of its training, and of 10,000 draws, the mean of NUM_CALLS calls (MCMC of a ratio is not timed)."""
    torch.manual_seed(1)
    prior = torch.distributions.MultivariateNormal(torch.zeros(2), torch.eye(2))
    theta = prior.sample((10_000,))
    x = theta + SHIFT + NOISE**0.5 * torch.randn_like(theta)
    tracker = TensorBoardTracker(SummaryWriter(tempfile.mkdtemp(prefix="sbi-logs-")))
    trainer = make(prior=prior, tracker=tracker, show_progress_bars=False)
    start = time.process_time()
    trainer.append_simulations(theta, x)
    estimator = trainer.train()
    trained = time.process_time()
    times = {"training": trained - start, "epochs": trainer.summary["epochs_trained"][-1]}
    if make is NRE:
        return times
    posterior = trainer.build_posterior(estimator)
    for _ in range(NUM_CALLS):
        posterior.sample((10_000,), x=torch.zeros(2), show_progress_bars=False)
    return {**times, "sampling": (time.process_time() - trained) / NUM_CALLS}


if __name__ == "__main__":
    torch.set_num_threads(1)
    results = [{"name": f"NPE, {density}", **run(partial(NPE, density_estimator=density))} for density in sys.argv[1].split(",")]
    results.append({"name": "NRE", **run(NRE)})
    print()
    print(json.dumps(results))
