import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildBundle, packageFolder, rootFolder } from "./support/buildBundle.ts";

const folder = mkdtempSync(join(tmpdir(), "unchanged-"));
beforeAll(buildBundle);
afterAll(() => rmSync(folder, { recursive: true }));

/** Programs in the manner of probmods.org, of all of WebPPL's methods; each prints what it finds. */
const PROGRAM = `
var show = function(name, marginal) {
  console.log(name + ' ' + JSON.stringify(_.map(_.take(marginal.samples, 20), 'value')) + ' ' + JSON.stringify(marginal.normalizationConstant));
};
var coin = function() {
  var weight = beta({ a: 10, b: 10 });
  observe(Binomial({ p: weight, n: 20 }), 15);
  return weight;
};
show('MH', Infer({ method: 'MCMC', samples: 100, lag: 2, burn: 10, model: coin }));
show('HMC', Infer({ method: 'MCMC', kernel: { HMC: { steps: 5, stepSize: 0.01 } }, samples: 30, model: coin }));
show('HMConly', Infer({ method: 'MCMC', kernel: 'HMConly', samples: 30, model: function() {
  var x = gaussian(0, 1), y = tensorGaussian(0, 1, [2, 1]);
  factor(-Math.max(x, T.get(y, 0)) - Math.abs(x));
  return [x, T.get(y, 1)];
} }));
var line = function() {
  var xs = [0, 1, 2, 3], ys = [0.1, 1.2, 1.9, 3.3];
  var m = gaussian(0, 2), b = gaussian(0, 2), sigma = gamma(1, 1);
  map2(function(x, y) { observe(Gaussian({ mu: m * x + b, sigma: sigma }), y); }, xs, ys);
  return { m: m, b: b, sigma: sigma };
};
show('SMC', Infer({ method: 'SMC', particles: 50, rejuvSteps: 2, rejuvKernel: { HMC: { steps: 3, stepSize: 0.05 } }, model: line }));
show('forward', Infer({ method: 'forward', samples: 20, model: function() { return [gaussian(0, 1), flip(0.3), poisson(4)]; } }));
show('rejection', Infer({ method: 'rejection', samples: 20, model: function() { var x = randomInteger(6); condition(x > 2); return x; } }));
show('optimize', Infer({ method: 'optimize', steps: 30, samples: 20, model: line }));
show('incremental', Infer({ method: 'incrementalMH', samples: 50, model: function() { var x = flip(0.5); factor(x ? 1 : 0); return x; } }));
show('PMCMC', Infer({ method: 'PMCMC', particles: 5, sweeps: 5, model: line }));
show('drift', Infer({ method: 'MCMC', samples: 50, model: function() {
  var x = sample(Gaussian({ mu: 0, sigma: 1 }), { driftKernel: function(last) { return Gaussian({ mu: last, sigma: 0.2 }); } });
  factor(-x * x);
  return x;
} }));
var exact = Infer({ method: 'enumerate', model: function() { var a = flip(0.2), b = flip(0.4); condition(a || b); return a; } });
console.log(JSON.stringify(exact.params) + ' ' + expectation(exact) + ' ' + exact.entropy());
var kde = KDE({ data: [1, 2, 4] });
console.log(kde.score(1.5) + ' ' + Math.log1p(0.3) + ' ' + Math.max(1, 2, 3) + ' ' + sample(kde));
console.log(mem(function(x) { return flip(0.5) })('a') + ' ' + sort([3, 1, 2]) + ' ' + JSON.stringify(groupBy(function(a, b) { return a % 2 === b % 2 }, [1, 2, 3])));
'done'`;

function output(...flags: readonly string[]): string {
  const program = join(folder, "program.wppl");
  writeFileSync(program, PROGRAM);
  const command = join(rootFolder, "node_modules", ".bin", "webppl");
  const { stdout, stderr } = spawnSync(command, [program, "--random-seed", "7", ...flags], { encoding: "utf8" });
  return stdout + stderr;
}

test("programs that do not use this package draw the same with it", () => {
  const stock = output();
  expect(stock).toMatch(/\ndone\n/);
  expect(output("--require", packageFolder)).toBe(stock);
}, 60_000);

test("the package is found by its name where the command looks: in node_modules beside the program", () => {
  const modules = join(folder, "installed", "node_modules");
  mkdirSync(modules, { recursive: true });
  symlinkSync(packageFolder, join(modules, "webppl-poolish"));
  const program = join(folder, "installed", "program.wppl");
  writeFileSync(
    program,
    "Infer({ method: 'NUTS', chains: 1, samples: 5, burn: 5, model: function() { return gaussian(0, 1) } })",
  );
  const command = join(rootFolder, "node_modules", ".bin", "webppl");
  const { stdout, stderr } = spawnSync(command, [program, "--require", "webppl-poolish"], { encoding: "utf8" });
  expect(stdout + stderr).toMatch(/1 chain of 5 draws/);
}, 60_000);
