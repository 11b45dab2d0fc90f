"""Likelihood estimators by sbi: ../training.ts runs it by `--peer PYTHON` and reads JSON on its last line.

Training is sbi's own, with its defaults (batches of 200, Adam, 10 % held out, 20 epochs of patience). `--density plain` times
a step of the plain 8-64-64-64-2 network in torch alone.
"""

import argparse
import json
import tempfile
import time

import numpy
import torch
from sbi.inference import NLE
from sbi.utils.tracking import TensorBoardTracker
from torch.utils.tensorboard.writer import SummaryWriter

BATCH = 200


def read(folder, name, width):
    values = numpy.fromfile(f"{folder}/{name}.f64").reshape(-1, width)
    return torch.from_numpy(values.astype(numpy.float32))


def train(args):
    theta, x = read(args.data, "theta", args.parameters), read(args.data, "x", args.columns)
    tracker = TensorBoardTracker(SummaryWriter(tempfile.mkdtemp(prefix="sbi-logs-")))
    trainer = NLE(density_estimator=args.density, tracker=tracker, show_progress_bars=False)
    start, used = time.perf_counter(), time.process_time()
    trainer.append_simulations(theta, x)
    # sbi 0.27.0 trains one epoch more than it is told.
    estimator = trainer.train(training_batch_size=BATCH, max_num_epochs=args.epochs - 1)
    seconds, cpu = time.perf_counter() - start, time.process_time() - used
    epochs = trainer.summary["epochs_trained"][-1]
    steps = int(0.9 * len(theta)) // BATCH
    # The first epoch warms up.
    durations = trainer.summary["epoch_durations_sec"][1:]
    test_theta, test_x = read(args.data, "testTheta", args.parameters), read(args.data, "testX", args.columns)
    with torch.no_grad():
        held_out = estimator.log_prob(test_x.unsqueeze(0), condition=test_theta).mean()
    return {
        "epochs": epochs,
        "msPerStep": 1000 * sum(durations) / len(durations) / steps,
        "msPerStepFastest": 1000 * min(durations) / steps,
        "seconds": seconds,
        "cpuSeconds": cpu,
        "heldOut": float(held_out),
    }


def plain(steps=500, batch=256):
    """Milliseconds a step of a network that makes the mean and log scale of a normal."""
    layers = [torch.nn.Linear(8, 64), torch.nn.Tanh(), torch.nn.Linear(64, 64), torch.nn.Tanh()]
    layers += [torch.nn.Linear(64, 64), torch.nn.Tanh(), torch.nn.Linear(64, 2)]
    network = torch.nn.Sequential(*layers)
    optimizer = torch.optim.Adam(network.parameters())
    inputs, y = torch.randn(batch, 8), torch.randn(batch)
    fastest, used = float("inf"), time.process_time()
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(steps // 5):
            optimizer.zero_grad()
            mean, log_scale = network(inputs).unbind(-1)
            loss = (log_scale + 0.5 * ((y - mean) * torch.exp(-log_scale)) ** 2).mean()
            loss.backward()
            optimizer.step()
        fastest = min(fastest, (time.perf_counter() - start) / (steps // 5))
    cpu = time.process_time() - used
    return {"msPerStepFastest": 1000 * fastest, "msPerStep": 1000 * fastest, "cpuSeconds": cpu}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--density", choices=("maf", "nsf", "plain"), required=True)
    parser.add_argument("--data", help="a folder with theta.f64, x.f64, testTheta.f64 and testX.f64")
    for name, value in (("parameters", 0), ("columns", 0), ("threads", 1), ("seed", 1), ("epochs", 2**31)):
        parser.add_argument(f"--{name}", type=int, default=value)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    result = plain() if args.density == "plain" else train(args)
    # sbi ends its own words without a new line.
    print()
    print(json.dumps({"density": args.density, "threads": args.threads, **result}))


if __name__ == "__main__":
    main()
