"""Flow matching by sbi on two moons: ../vectorField.ts runs it by `--what peer` and reads JSON on its last line.

FMPE with sbi's defaults throughout, on the simulations that the bench hands over (float64 rows of theta then x).
"""

import argparse
import json
import sys
import time

import numpy
import torch
from sbi.inference import FMPE
from sbi.utils import BoxUniform

parser = argparse.ArgumentParser()
parser.add_argument("--training", required=True)
parser.add_argument("--test", required=True)
parser.add_argument("--draws", type=int, default=10_000)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.manual_seed(options.seed)


def read(path):
    rows = torch.tensor(numpy.fromfile(path, dtype=numpy.float64).reshape(-1, 4), dtype=torch.float32)
    return rows[:, :2], rows[:, 2:]


theta, x = read(options.training)
test_theta, test_x = read(options.test)
prior = BoxUniform(torch.full((2,), -1.0), torch.full((2,), 1.0))
inference = FMPE(prior, show_progress_bars=False).append_simulations(theta, x)
start = time.perf_counter()
inference.train()
training = time.perf_counter() - start
posterior = inference.build_posterior()
start = time.perf_counter()
posterior.sample((options.draws,), x=test_x[0], show_progress_bars=False)
sampling = time.perf_counter() - start
print(f"trained {training:.1f} s, drew {sampling:.1f} s", file=sys.stderr)
start = time.perf_counter()
# One observation at a time: sbi has no log-density of fields for pairs.
heldout = torch.cat([posterior.log_prob(test_theta[i : i + 1], x=test_x[i]) for i in range(len(test_x))])
# sbi leaves its last line of progress open.
print()
print(
    json.dumps(
        {
            "epochs": inference.summary["epochs_trained"][-1],
            "trainingSeconds": training,
            "samplingSeconds": sampling,
            "heldOut": heldout.mean().item(),
            "median": heldout.median().item(),
            "heldOutSeconds": time.perf_counter() - start,
        }
    )
)
