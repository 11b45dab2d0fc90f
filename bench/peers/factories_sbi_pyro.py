"""The cookie factories by sbi + Pyro: ../factories.ts runs it by `--peer PYTHON` and reads JSON on its last line.

The estimator (a categorical MADE, 100 hidden units) and the job's size are those of the tutorial
https://github.com/janfb/pyro-meets-sbi; what is not named here has the libraries' defaults.
"""

import argparse
import csv
import json
import tempfile
import time

import pyro
import pyro.distributions as dist
import torch
from pyro.infer import MCMC, NUTS
from pyro.ops import integrator
from pyro.ops.stats import effective_sample_size, gelman_rubin
from sbi.inference import NLE
from sbi.neural_nets.net_builders import build_categoricalmassestimator
from sbi.utils.pyroutils import to_pyro_distribution
from sbi.utils.tracking import TensorBoardTracker
from scipy.stats import norm, rankdata
from torch.utils.tensorboard.writer import SummaryWriter


def read_cookies(path):
    """chips [cookies, 1], the location of each cookie as an index, and the sorted labels of locations."""
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    labels = sorted({row["location"] for row in rows}, key=int)
    chips = torch.tensor([[float(row["chips"])] for row in rows])
    return chips, torch.tensor([labels.index(row["location"]) for row in rows]), labels


def train_chips(simulations, max_epochs):
    """Simulates cookies at rates of the tutorial's prior and trains p(chips | rate). Returns it and its epochs."""
    rate = dist.Gamma(2.0, 0.2).sample((simulations, 1))
    chips = torch.poisson(rate)
    # All counts to the largest: with the counts of the training split alone (sbi's default), a count that only the
    # validation split has would be an error, or be taken for its neighbour.
    counts = torch.arange(chips.max() + 1).unsqueeze(-1)
    categories = torch.tensor([len(counts)])

    def build(theta, _):
        return build_categoricalmassestimator(counts, theta, num_hidden=100, num_categories_per_variable=categories)

    # The default tracker would write sbi-logs/ into the working directory.
    tracker = TensorBoardTracker(SummaryWriter(tempfile.mkdtemp(prefix="sbi-logs-")))
    trainer = NLE(density_estimator=build, tracker=tracker, show_progress_bars=False)
    # sbi 0.27.0 trains one epoch more than it is told.
    estimator = trainer.append_simulations(rate, chips).train(max_num_epochs=max_epochs - 1)
    return estimator, trainer.summary["epochs_trained"][-1]


def factories(estimator, chips, location, num_locations):
    mu = pyro.sample("mu", dist.Gamma(2.0, 0.2))
    sigma = pyro.sample("sigma", dist.Exponential(1.0))
    with pyro.plate("locations", num_locations):
        rate = pyro.sample("rate", dist.Gamma(mu**2 / sigma**2, mu / sigma**2))
    with pyro.plate("cookies", len(chips)):
        pyro.sample("chips", to_pyro_distribution(estimator, rate[location].unsqueeze(-1)), obs=chips)


def count_gradients():
    """A list that grows with each gradient: Pyro's `potential_grad` takes all of them by `grad` of its module."""
    calls, grad = [], integrator.grad
    integrator.grad = lambda *arguments: calls.append(None) or grad(*arguments)
    return calls


def rank_normalize(chains):
    """Vehtari et al. 2021 (arXiv:1903.08008), equation 14."""
    ranks = rankdata(chains.numpy(), axis=None).reshape(chains.shape)
    return torch.from_numpy(norm.ppf((ranks - 0.375) / (chains.numel() + 0.25)))


def summarize(name, draws):
    """Bulk ESS and R-hat are rank-normalised and split, as ours; their formulae are those of pyro.ops.stats."""
    halves = torch.stack(draws[: len(draws) // 2 * 2].double().chunk(2))
    bulk, folded = rank_normalize(halves), rank_normalize((halves - halves.quantile(0.5)).abs())
    summary = {"mean": halves.mean(), "sd": halves.std(), "essBulk": effective_sample_size(bulk)}
    summary["rHat"] = max(gelman_rubin(bulk), gelman_rubin(folded))
    return {"name": name, **{key: float(value) for key, value in summary.items()}}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    for name, size in (("seed", 1), ("threads", 1), ("simulations", 50000), ("warmup", 1000), ("draws", 2000)):
        parser.add_argument(f"--{name}", type=int, default=size)
    parser.add_argument("--target-acceptance", type=float, default=0.8)
    parser.add_argument("--max-epochs", type=int, default=2**31, help="by default sbi's own stopping rule decides")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    pyro.set_rng_seed(args.seed)
    chips, location, labels = read_cookies(args.data)

    start = time.perf_counter()
    estimator, epochs = train_chips(args.simulations, args.max_epochs)
    trained = time.perf_counter()
    gradients = count_gradients()
    kernel = NUTS(factories, target_accept_prob=args.target_acceptance)
    mcmc = MCMC(kernel, num_samples=args.draws, warmup_steps=args.warmup, disable_progbar=True)
    mcmc.run(estimator, chips, location, len(labels))
    seconds = time.perf_counter() - trained

    samples = mcmc.get_samples()
    parameters = [summarize(name, samples[name]) for name in ("mu", "sigma")]
    parameters += [summarize(f"rate[{label}]", samples["rate"][:, code]) for code, label in enumerate(labels)]
    result = {"peer": "sbi 0.27.0 + pyro 1.9.2", "threads": args.threads}
    result |= {"trainSeconds": trained - start, "epochs": epochs, "sampleSeconds": seconds}
    result |= {"numGradients": len(gradients), "msPerGradient": 1000 * seconds / len(gradients)}
    result |= {"divergences": sum(map(len, mcmc.diagnostics()["divergences"].values())), "parameters": parameters}
    print(json.dumps(result | {"essBulkPerSecond": min(each["essBulk"] for each in parameters) / seconds}))


if __name__ == "__main__":
    main()
