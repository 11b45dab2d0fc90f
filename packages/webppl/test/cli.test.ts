import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildBundle, bundleFile, packageFolder, rootFolder } from "./support/buildBundle.ts";

const folder = mkdtempSync(join(tmpdir(), "webppl-poolish-"));
const exactChips = join(folder, "exact-chips");
const example = join(rootFolder, "examples", "factories");

beforeAll(async () => {
  buildBundle();
  mkdirSync(exactChips);
  writeFileSync(join(exactChips, "package.json"), JSON.stringify({ name: "exact-chips", main: "index.cjs" }));
  await build({
    input: fileURLToPath(new URL("fixtures/poissonLikelihood.ts", import.meta.url)),
    platform: "node",
    output: { file: join(exactChips, "index.cjs"), format: "cjs" },
    logLevel: "warn",
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Run {
  readonly status: number | null;
  readonly output: string;
}

/** Runs a program by the stock command with our package and the exact likelihood, colours stripped. */
function webppl(code: string, ...flags: readonly string[]): Run {
  const program = join(folder, "program.wppl");
  writeFileSync(program, code);
  const packages = ["--require", packageFolder, "--require", exactChips];
  const command = join(rootFolder, "node_modules", ".bin", "webppl");
  const { status, stdout, stderr } = spawnSync(command, [program, ...packages, ...flags], {
    cwd: example,
    encoding: "utf8",
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how terminals are told a colour.
  return { status, output: `${stdout}${stderr}`.replaceAll(/\u001b\[\d+m/g, "") };
}

test("factories.wppl prints its posterior, the same for the same seed", () => {
  const code = readFileSync(join(example, "factories.wppl"), "utf8")
    .replace(/loadEstimator\([^)]*\)/, "exactChips.poissonLikelihood()")
    .replace("samples: 1000, burn: 1000", "samples: 100, burn: 100");
  const first = webppl(code, "--random-seed", "1");
  expect(first.status).toBe(0);
  const lines = first.output.trim().split("\n");
  expect(lines[0]).toMatch(/mean +sd +mcse +5 % +95 % +bulk ESS +tail ESS +R-hat$/);
  expect(lines.slice(1, 8).map((line) => line.split(" ")[0])).toEqual([
    "mu",
    "sigma",
    ...[1, 2, 3, 4, 5].map((j) => `rate[${j}]`),
  ]);
  expect(lines[8]).toMatch(/^4 chains of 100 draws, /);
  expect(webppl(code, "--random-seed", "1").output).toBe(first.output);
  expect(webppl(code, "--random-seed", "2").output).not.toBe(first.output);
}, 120_000);

test("distributions print as WebPPL wants them printed", () => {
  const { output } = webppl(
    "console.log(Gaussian({ mu: 0, sigma: 1 })); Infer({ model: function() { return flip(0.25); } })",
  );
  expect(output).toMatch(/^Gaussian\(\{ mu: 0, sigma: 1 \}\)\nMarginal:\n/);
});

test.each([
  [
    "a missing file",
    "loadEstimator('no.safetensors')",
    /PoolishError: loadEstimator: there is no file .*no\.safetensors/,
  ],
  ["a truncated file", "loadEstimator('truncated.safetensors')", /PoolishError: .*truncated\.safetensors/],
  [
    "Math.log1p",
    "Infer({ method: 'NUTS', model: function() { factor(Math.log1p(exponential(1))); return 1; } })",
    /cannot be differentiated/,
  ],
])("%s: the message and the line, in a few lines", (_, statement, message) => {
  writeFileSync(join(folder, "truncated.safetensors"), new Uint8Array([64, 0, 0, 0, 0, 0, 0, 0, 123]));
  const { status, output } = webppl(`var a = 1;\nvar b = ${statement};\nb`);
  expect(status).toBe(1);
  expect(output).toMatch(message);
  expect(output).toMatch(/at .*program\.wppl:2\n/);
  expect(output.trim().split("\n").length).toBeLessThanOrEqual(8);
});

test("a program that WebPPL cannot compile, and one that is lost, are told with status 1", () => {
  const arrow = webppl("var a = 1;\nvar f = x => x;\nf(a)");
  expect(arrow.status).toBe(1);
  expect(arrow.output).toMatch(/PoolishError: line 2: arrow functions are not part of WebPPL/);
  const lost = webppl("var f = [exactChips.poissonLikelihood][0];\nf(3)");
  expect(lost.status).toBe(1);
  expect(lost.output).toMatch(/PoolishError: the program stopped before its end/);
});

test("two copies of WebPPL in one process are refused by name", () => {
  const copy = join(folder, "copy", "webppl");
  cpSync(join(rootFolder, "node_modules", "webppl"), copy, { recursive: true, dereference: true });
  const [first, second] = [join(rootFolder, "node_modules", "webppl"), copy].map((path) => JSON.stringify(path));
  const script = `require(${first}); require(${second}); require(${JSON.stringify(bundleFile)});`;
  const env = { ...process.env, NODE_PATH: join(rootFolder, "node_modules") };
  const { status, stderr } = spawnSync("node", ["-e", script], { encoding: "utf8", env });
  expect(status).toBe(1);
  expect(stderr).toMatch(/webppl: two copies of WebPPL are loaded: .*node_modules.webppl and .*copy.webppl\./);
});

test("another version of WebPPL is refused", () => {
  const copy = join(folder, "newer", "webppl");
  cpSync(join(rootFolder, "node_modules", "webppl"), copy, { recursive: true, dereference: true });
  const manifest = JSON.parse(readFileSync(join(copy, "package.json"), "utf8"));
  writeFileSync(join(copy, "package.json"), JSON.stringify({ ...manifest, version: "0.9.16" }));
  const script = `require(${JSON.stringify(copy)}); require(${JSON.stringify(bundleFile)});`;
  const env = { ...process.env, NODE_PATH: join(rootFolder, "node_modules") };
  const { status, stderr } = spawnSync("node", ["-e", script], { encoding: "utf8", env });
  expect(status).toBe(1);
  expect(stderr).toMatch(/webppl: version 0\.9\.16 in .* is not supported\./);
});
