"""Writes the reference tables of packages/distributions/test/fixtures.

Python 3.11, scipy, mpmath and torch (for LKJ only): pip install scipy mpmath torch; python bench/distributions.py
"""
import json
import pathlib
import sys

import mpmath
import numpy
import scipy
import torch
from mpmath import mp, mpf
from scipy import stats

FIXTURES = pathlib.Path(__file__).parent.parent / "packages/distributions/test/fixtures"
CONTINUOUS = [0.001, 0.37, 1, 2.4, 8, 60]
SIGNED = [-300, -9.5, -1, 0.02, 3, 41]
UNIT = [1e-8, 0.03, 0.5, 0.77, 0.9999]
COUNTS = [0, 1, 4, 17, 90]
ANGLES = [-3.1, -1, 0, 0.4, 2.9]
LOWER = [1.5, 0, 0, -0.4, 0.8, 0, 0.3, 0.2, 2]

# name: (log-density of (x, *parameters), points, parameter sets)
FAMILIES = {
    "gamma": (lambda x, a, b: stats.gamma.logpdf(x, a, scale=1 / b), CONTINUOUS, [(2, 0.2), (0.01, 5), (150, 20)]),
    "inverseGamma": (lambda x, a, b: stats.invgamma.logpdf(x, a, scale=b), CONTINUOUS, [(2, 0.2), (0.01, 5), (150, 20)]),
    "exponential": (lambda x, b: stats.expon.logpdf(x, scale=1 / b), CONTINUOUS, [(1,), (0.003,), (40,)]),
    "weibull": (lambda x, k, s: stats.weibull_min.logpdf(x, k, scale=s), CONTINUOUS, [(1.5, 2), (0.3, 0.5), (7, 6)]),
    "normal": (stats.norm.logpdf, SIGNED, [(0, 1), (-7, 0.05), (100, 400)]),
    "halfNormal": (lambda x, s: stats.halfnorm.logpdf(x, scale=s), CONTINUOUS, [(1,), (0.2,), (50,)]),
    "logNormal": (lambda x, m, s: stats.lognorm.logpdf(x, s, scale=numpy.exp(m)), CONTINUOUS, [(0, 1), (-2, 0.3), (3, 4)]),
    "uniform": (lambda x, a, b: stats.uniform.logpdf(x, a, b - a), [-0.5, 0.3, 1.9], [(-1, 2), (-100, 5), (-0.6, 1e6)]),
    "beta": (stats.beta.logpdf, UNIT, [(2, 5), (0.02, 0.6), (300, 80)]),
    "studentT": (stats.t.logpdf, SIGNED, [(3, 0, 1), (0.3, -5, 4), (1e4, 2, 8)]),
    "cauchy": (stats.cauchy.logpdf, SIGNED, [(0, 1), (50, 0.01), (-3, 1000)]),
    "halfCauchy": (lambda x, s: stats.halfcauchy.logpdf(x, scale=s), CONTINUOUS, [(1,), (0.01,), (25,)]),
    "laplace": (stats.laplace.logpdf, SIGNED, [(0, 1), (50, 3), (-3, 1000)]),
    "logistic": (stats.logistic.logpdf, SIGNED, [(0, 1), (50, 3), (-3, 1000)]),
    "vonMises": (lambda x, m, k: stats.vonmises.logpdf(x, k, loc=m), ANGLES, [(0, 1), (2.5, 0.01), (-1, 25), (9, 300)]),
    "poisson": (stats.poisson.logpmf, COUNTS, [(8,), (0.001,), (700,)]),
    "poissonLog": (lambda x, l: stats.poisson.logpmf(x, numpy.exp(l)), COUNTS, [(2.1,), (-7,), (6,)]),
    "binomial": (stats.binom.logpmf, COUNTS, [(90, 0.3), (1000, 0.002), (200, 0.95)]),
    "binomialLogit": (lambda x, n, l: stats.binom.logpmf(x, n, 1 / (1 + numpy.exp(-l))), COUNTS, [(90, -0.8), (1000, -6), (200, 3)]),
    "negativeBinomial": (lambda x, m, d: stats.nbinom.logpmf(x, d, d / (d + m)), COUNTS, [(8, 2), (100, 0.05), (3, 1000)]),
    "geometric": (lambda x, p: stats.geom.logpmf(x, p, loc=-1), COUNTS, [(0.3,), (1e-9,), (0.999,)]),
    "bernoulli": (stats.bernoulli.logpmf, [0, 1], [(0.3,), (1e-9,), (0.999,)]),
    "bernoulliLogit": (lambda x, l: stats.bernoulli.logpmf(x, 1 / (1 + numpy.exp(-l))), [0, 1], [(0.3,), (-9,), (4,)]),
    "categorical": (lambda x, p: numpy.log(p[x]), [0, 1, 2], [([0.2, 0.5, 0.3],), ([1e-9, 0.25, 0.75 - 1e-9],)]),
    "dirichlet": (
        lambda x, a: stats.dirichlet.logpdf(x, a),
        [[0.2, 0.5, 0.3], [1e-6, 0.1, 0.9 - 1e-6]],
        [([1, 1, 1],), ([0.1, 4, 30],)],
    ),
    "multivariateNormal": (
        lambda x, m, l: stats.multivariate_normal.logpdf(x, m, numpy.reshape(l, (3, 3)) @ numpy.reshape(l, (3, 3)).T),
        [[0, 0, 0], [1, -2, 30]],
        [([0, 0, 0], [1, 0, 0, 0, 1, 0, 0, 0, 1]), ([1, 2, 3], LOWER)],
    ),
    "lkjCholesky": (
        lambda x, k, eta: torch.distributions.LKJCholesky(k, torch.tensor(eta, dtype=torch.float64))
        .log_prob(torch.tensor(x, dtype=torch.float64).reshape(k, k))
        .item(),
        [[1, 0, 0, 0.6, 0.8, 0, -0.48, 0.64, 0.6]],
        [(3, 1.0), (3, 0.3), (3, 12.5)],
    ),
}


def density_rows():
    return [
        [name, x, list(parameters), float(log_density(x, *parameters))]
        for name, (log_density, points, sets) in FAMILIES.items()
        for parameters in sets
        for x in points
    ]


def log_poisson(x, m):
    return x * mp.log(m) - m - mp.loggamma(x + 1)


def log_gamma(x, a, b):
    return a * mp.log(b) + (a - 1) * mp.log(x) - b * x - mp.loggamma(a)


def log_beta(x, a, b):
    return (a - 1) * mp.log(x) + (b - 1) * mp.log(1 - x) + mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b)


def log_binomial(x, n, p):
    choose = mp.loggamma(n + 1) - mp.loggamma(x + 1) - mp.loggamma(n - x + 1)
    return choose + x * mp.log(p) + (n - x) * mp.log(1 - p)


def log_negative_binomial(x, m, d):
    coefficient = mp.loggamma(x + d) - mp.loggamma(d) - mp.loggamma(x + 1)
    return coefficient + d * mp.log(d / (d + m)) + x * mp.log(m / (d + m))


def log_t(x, v, m, s):
    z = (x - m) / s
    return mp.loggamma((v + 1) / 2) - mp.loggamma(v / 2) - mp.log(mp.pi * v) / 2 - mp.log(s) - (v + 1) / 2 * mp.log1p(z * z / v)


def log_von_mises(x, m, k):
    return k * mp.cos(x - m) - mp.log(2 * mp.pi * mp.besseli(0, k))


# Huge parameters, where double precision formulas cancel: (name, log-density, x, parameters, slopes by these)
HUGE = [
    ("poisson", log_poisson, 1000, (990.0,), [0]),
    ("poisson", log_poisson, 1000300, (1e6,), [0]),
    ("poisson", log_poisson, 10**12 - 2500000, (1e12,), [0]),
    ("gamma", log_gamma, 1000.0, (980.0, 1.0), [0, 1]),
    ("gamma", log_gamma, 2.001e6, (1e6, 0.5), [0, 1]),
    ("gamma", log_gamma, 1e12 + 1500000, (1e12, 1.0), [0, 1]),
    ("inverseGamma", lambda x, a, b: log_gamma(1 / x, a, b) - 2 * mp.log(x), 2.003, (1e6, 2e6), [0, 1]),
    ("beta", log_beta, 0.2504, (1e6, 3e6), [0, 1]),
    ("beta", log_beta, 0.5, (1e12, 1e12 + 1e6), [0, 1]),
    ("binomial", log_binomial, 300500, (10**6, 0.3), [1]),
    ("binomial", log_binomial, 10**6 + 700, (10**12, 1e-6), [1]),
    ("negativeBinomial", log_negative_binomial, 10**6, (1.2e6, 5.0), [0, 1]),
    ("negativeBinomial", log_negative_binomial, 10**6, (1.001e6, 1e9), [0, 1]),
    ("negativeBinomial", log_negative_binomial, 7, (5.0, 1e12), [0, 1]),
    ("studentT", log_t, 1.7, (1e6, 0.5, 2.0), [0, 1, 2]),
    ("studentT", log_t, -3.0, (1e12, 0.5, 2.0), [0, 1, 2]),
    ("vonMises", log_von_mises, 0.502, (0.5, 1e6), [0, 1]),
    ("vonMises", log_von_mises, -2.0, (0.5, 19.9), [0, 1]),
    ("vonMises", log_von_mises, 2.0, (0.5, 20.1), [0, 1]),
]


def slopes(function, parameters, which):
    """Derivatives by central differences at 80 digits."""
    rows = []
    for k in which:
        h = abs(parameters[k]) * mpf(10) ** -25 + mpf(10) ** -30
        high = function(*[p + h if j == k else p for j, p in enumerate(parameters)])
        low = function(*[p - h if j == k else p for j, p in enumerate(parameters)])
        rows.append([k, float((high - low) / (2 * h))])
    return rows


def huge_rows():
    rows = []
    for name, function, x, parameters, which in HUGE:
        exact = [mpf(p) for p in parameters]
        at = lambda *p: function(mpf(x), *p)
        rows.append([name, x, list(parameters), float(at(*exact)), slopes(at, exact, which)])
    return rows


def gamma_cdf(x, a, b):
    return mp.gammainc(a, 0, b * x, regularized=True)


def beta_cdf(x, a, b):
    return mp.betainc(a, b, 0, x, regularized=True)


def t_cdf(x, v, m, s):
    z = (x - m) / s
    tail = mp.betainc(v / 2, mpf(1) / 2, 0, v / (v + z * z), regularized=True) / 2
    return tail if z < 0 else 1 - tail


def von_mises_cdf(x, m, k):
    return mp.quad(lambda t: mp.exp(k * (mp.cos(t - m) - 1)), [-mp.pi, x]) / (2 * mp.pi * mp.besseli(0, k) * mp.exp(-k))


CDFS = {
    "normal": lambda x, m, s: mp.erfc((m - x) / s / mp.sqrt(2)) / 2,
    "halfNormal": lambda x, s: mp.erf(x / s / mp.sqrt(2)),
    "logNormal": lambda x, m, s: mp.erfc((m - mp.log(x)) / s / mp.sqrt(2)) / 2,
    "cauchy": lambda x, m, s: mpf(1) / 2 + mp.atan((x - m) / s) / mp.pi,
    "halfCauchy": lambda x, s: 2 * mp.atan(x / s) / mp.pi,
    "laplace": lambda x, m, s: mp.exp((x - m) / s) / 2 if x < m else 1 - mp.exp((m - x) / s) / 2,
    "logistic": lambda x, m, s: 1 / (1 + mp.exp((m - x) / s)),
    "exponential": lambda x, r: -mp.expm1(-r * x),
    "weibull": lambda x, k, s: -mp.expm1(-((x / s) ** k)),
    "uniform": lambda x, a, b: (x - a) / (b - a),
    "gamma": gamma_cdf,
    "inverseGamma": lambda x, a, b: 1 - gamma_cdf(1 / x, a, b),
    "beta": beta_cdf,
    "studentT": t_cdf,
    "vonMises": von_mises_cdf,
}
MASSES = {
    "poisson": (log_poisson, [0]),
    "poissonLog": (lambda x, l: log_poisson(x, mp.exp(l)), [0]),
    "binomial": (log_binomial, [1]),
    "binomialLogit": (lambda x, n, l: log_binomial(x, n, 1 / (1 + mp.exp(-l))), [1]),
    "negativeBinomial": (log_negative_binomial, [0, 1]),
    "geometric": (lambda x, p: mp.log(p) + x * mp.log(1 - p), [0]),
    "bernoulli": (lambda x, p: mp.log(p if x == 1 else 1 - p), [0]),
    "bernoulliLogit": (lambda x, l: -mp.log1p(mp.exp(-l if x == 1 else l)), [0]),
}
INTERVALS = [
    ("normal", 40.0, None, (0.0, 1.0)), ("normal", 40.0, 40.001, (0.0, 1.0)), ("normal", None, -37.0, (0.0, 1.0)),
    ("normal", -1.0, 2.5, (0.3, 0.8)), ("normal", 0.999, 1.001, (1.0, 2.0)), ("normal", None, 9.0, (0.0, 1.0)),
    ("halfNormal", None, 1e-7, (2.0,)), ("halfNormal", 60.0, 61.0, (2.0,)), ("halfNormal", 0.5, 3.0, (2.0,)),
    ("logNormal", 2.0, 5.0, (0.4, 0.7)), ("logNormal", None, 1e-9, (0.4, 0.7)), ("logNormal", 3.0, 3.0001, (0.4, 0.7)),
    ("cauchy", 1e9, None, (0.5, 2.0)), ("cauchy", 1e9, 1.0001e9, (0.5, 2.0)), ("cauchy", -3.0, 1.0, (0.5, 2.0)),
    ("halfCauchy", 1e9, None, (2.0,)), ("halfCauchy", None, 1e-9, (2.0,)), ("halfCauchy", 1.0, 4.0, (2.0,)),
    ("laplace", 700.0, 701.0, (0.0, 1.0)), ("laplace", -0.001, 0.002, (0.0005, 1.0)), ("laplace", -2.0, 5.0, (0.5, 1.5)),
    ("logistic", 900.0, None, (0.0, 1.0)), ("logistic", 50.0, 50.0001, (0.0, 1.0)), ("logistic", None, -80.0, (1.0, 1.5)),
    ("exponential", 900.0, 901.0, (1.0,)), ("exponential", None, 1e-9, (2.0,)), ("exponential", 1.0, 1.00001, (2.0,)),
    ("weibull", 50.0, 60.0, (1.7, 2.0)), ("weibull", None, 1e-6, (0.3, 2.0)), ("weibull", 1.0, 1.0001, (3.0, 2.0)),
    ("uniform", -1.0, 2.0, (-2.0, 5.0)),
    ("gamma", 3.0, None, (2.0, 0.5)), ("gamma", None, 1e-3, (0.01, 0.5)), ("gamma", 800.0, None, (2.5, 1.0)),
    ("gamma", 3.0, 3.0001, (2.0, 0.5)), ("gamma", 1.0, 9.0, (2.0, 0.5)), ("gamma", None, 900.0, (1000.0, 1.0)),
    ("gamma", 1e-30, 1e-20, (0.02, 1.0)), ("gamma", 1.001e6, None, (1e6, 1.0)), ("gamma", 2.0, None, (1e-5, 1.0)),
    ("inverseGamma", 30.0, None, (2.0, 0.5)), ("inverseGamma", None, 0.01, (2.0, 3.0)), ("inverseGamma", 0.5, 4.0, (3.0, 2.0)),
    ("beta", 0.9, None, (2.0, 5.0)), ("beta", None, 1e-20, (0.3, 0.2)), ("beta", 0.2, 0.6, (0.3, 0.2)),
    ("beta", 0.9999, None, (30.0, 2.0)), ("beta", None, 0.2, (3000.0, 7000.0)), ("beta", 0.4, 0.40001, (2.0, 5.0)),
    ("studentT", 40.0, None, (3.0, 0.0, 1.0)), ("studentT", None, -1e6, (0.7, 1.0, 2.0)), ("studentT", -1.0, 2.0, (5.0, 0.3, 0.8)),
    ("studentT", 8.0, None, (1000.0, 0.0, 1.0)), ("studentT", 2.0, 2.0001, (4.0, 0.0, 1.0)),
    ("vonMises", -1.0, 2.0, (0.4, 2.0)), ("vonMises", 1.5, None, (0.0, 30.0)), ("vonMises", -3.0, 2.9, (3.0, 1.0)),
    ("poisson", None, 3, (8.0,)), ("poisson", 40, None, (8.0,)), ("poisson", 3, 12, (8.0,)), ("poisson", None, 1000, (1100.0,)),
    ("poisson", 900, 1300, (1100.0,)), ("poisson", 2000, 2400, (1100.0,)), ("poissonLog", 700, None, (6.0,)),
    ("binomial", 3, 7, (20, 0.3)), ("binomial", None, 500, (2000, 0.3)), ("binomial", 1300, 1700, (2000, 0.8)),
    ("binomialLogit", 1300, 1700, (2000, 2.5)), ("binomialLogit", None, 2, (9, -1.5)),
    ("negativeBinomial", 5, 30, (8.0, 2.0)), ("negativeBinomial", 1000, None, (400.0, 2.5)), ("negativeBinomial", None, 600, (900.0, 0.4)),
    ("negativeBinomial", 300, 800, (500.0, 4000.0)),
    ("geometric", 5, 10, (0.3,)), ("geometric", 4000, None, (0.3,)), ("geometric", None, 3, (1e-9,)),
    ("bernoulli", 1, None, (0.3,)), ("bernoulliLogit", None, 0, (2.0,)),
]


def log_mass(name, lower, upper):
    if name in CDFS:
        cdf = CDFS[name]
        below = lambda x, *p: cdf(mpf(x), *p)
        return lambda *p: mp.log((1 if upper is None else below(upper, *p)) - (0 if lower is None else below(lower, *p)))
    mass, _ = MASSES[name]
    first = 0 if lower is None else lower

    def sum_up(*p):
        last = upper if upper is not None else int(p[0]) if name.startswith("binomial") else 1 if name.startswith("bernoulli") else None
        if last is not None:
            return mp.log(mp.fsum(mp.exp(mass(x, *p)) for x in range(first, last + 1)))
        return mp.log(mp.nsum(lambda x: mp.exp(mass(first + x, *p)), [0, mp.inf])) if name != "negativeBinomial" else mp.log(
            1 - mp.fsum(mp.exp(mass(x, *p)) for x in range(first))
        )

    def by_ratio(*p):  # Poisson and geometric tails: terms until they are far below the sum
        total = term = mp.exp(mass(first, *p))
        x = first
        while term > total * mpf(10) ** -75:
            x += 1
            term = mp.exp(mass(x, *p))
            total += term
        return mp.log(total)

    return by_ratio if upper is None and name in ("poisson", "poissonLog", "geometric") else sum_up


def cumulative_rows():
    rows = []
    for name, lower, upper, parameters in INTERVALS:
        # Upper tails are one minus a distribution function here: the digits must reach below exp(-1000).
        mp.dps = 100 if name in ("beta", "studentT", "vonMises") or name in MASSES else 600
        exact = [mpf(p) for p in parameters]
        function = log_mass(name, lower, upper)
        which = MASSES[name][1] if name in MASSES else range(len(parameters))
        rows.append([name, lower, upper, list(parameters), float(function(*exact)), slopes(function, exact, which)])
    return rows


def write(name, rows):
    versions = {
        "python": sys.version.split()[0],
        "scipy": scipy.__version__,
        "numpy": numpy.__version__,
        "mpmath": mpmath.__version__,
        "torch": torch.__version__,
    }
    body = ",\n".join("    " + json.dumps(row) for row in rows)
    (FIXTURES / name).write_text(f'{{\n  "versions": {json.dumps(versions)},\n  "rows": [\n{body}\n  ]\n}}\n')


mp.dps = 80
write("logProb.json", density_rows())
write("hugeParameters.json", huge_rows())
write("logCumulative.json", cumulative_rows())
