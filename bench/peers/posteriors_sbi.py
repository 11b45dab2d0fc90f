"""Posterior estimators by sbi: ../posteriors.ts runs it by `--peer PYTHON` and reads JSON on its last line.

Linear Gaussian in two dimensions, 10,000 simulations, sbi's own defaults (batches of 200, 10 % held out, patience 20). Times are of the CPU.
"""

import json
import tempfile
import time

import torch
from sbi.inference import NPE
from sbi.utils.tracking import TensorBoardTracker
from torch.utils.tensorboard.writer import SummaryWriter

NOISE, SHIFT = 0.3, -1.0


def run(density):
    torch.manual_seed(1)
    prior = torch.distributions.MultivariateNormal(torch.zeros(2), torch.eye(2))
    theta = prior.sample((10_000,))
    x = theta + SHIFT + NOISE**0.5 * torch.randn_like(theta)
    tracker = TensorBoardTracker(SummaryWriter(tempfile.mkdtemp(prefix="sbi-logs-")))
    trainer = NPE(prior=prior, density_estimator=density, tracker=tracker, show_progress_bars=False)
    start = time.process_time()
    trainer.append_simulations(theta, x)
    estimator = trainer.train()
    trained = time.process_time()
    trainer.build_posterior(estimator).sample((10_000,), x=torch.zeros(2), show_progress_bars=False)
    return {
        "density": density,
        "training": trained - start,
        "sampling": time.process_time() - trained,
        "epochs": trainer.summary["epochs_trained"][-1],
    }


if __name__ == "__main__":
    torch.set_num_threads(1)
    results = [run(density) for density in ("maf", "nsf")]
    print()
    print(json.dumps(results))
