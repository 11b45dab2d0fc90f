"""What the two peers of bench/sampling.ts share: arguments, the smallest ESS, the lines that they print."""
import argparse
import json
import os
import sys

# One core: before NumPy, Numba or XLA start their threads.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

import arviz
import numpy as np


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", required=True, help="JSON: the data of each model to run, by its name")
    for name, value in (("seeds", 1), ("chains", 4), ("warmup", 1000), ("draws", 1000)):
        parser.add_argument(f"--{name}", type=int, default=value)
    return parser.parse_args()


def read_data(path):
    with open(path) as file:
        models = json.load(file)
    array = lambda value: np.asarray(value) if isinstance(value, list) else value
    return {name: {key: array(value) for key, value in columns.items()} for name, columns in models.items()}


def smallest_ess(draws):
    """`draws`: arrays (chain, draw, ...) of the latent values by name."""
    return min(
        float(arviz.ess(np.asarray(flat[:, :, i]), method="bulk"))
        for values in draws.values()
        for flat in [np.asarray(values).reshape(*values.shape[:2], -1)]
        for i in range(flat.shape[2])
    )


def wait_for_turn():
    """Says that all is ready, and waits for a line on standard input: only one program computes at a time."""
    print("ready", flush=True)
    sys.stdin.readline()


def report(**result):
    """One line of JSON a model and seed; the fields are those of RunResult in bench/models/runModel.ts."""
    print(json.dumps(result), flush=True)
