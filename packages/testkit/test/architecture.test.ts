import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

/** Which packages a package may import (docs/architecture.md). What is not listed may import nothing of ours. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  math: ["core"],
  distributions: ["core", "math"],
  kernels: [],
  io: ["core"],
  estimators: ["core", "math", "kernels", "io"],
  sbi: ["core", "math", "distributions", "kernels", "io", "estimators", "inference"],
  mcmc: ["core", "math", "kernels"],
  ppl: ["core", "math", "distributions"],
  inference: ["core", "math", "mcmc", "ppl", "io", "estimators"],
  checks: ["core", "math", "kernels", "ppl", "inference"],
  report: ["core", "math", "inference"],
  webppl: ["core", "math", "io", "estimators", "mcmc", "inference"],
  testkit: ["core", "math"],
};

interface Manifest {
  readonly name: string;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
}

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, "utf8")) as T;

function sourcesOf(name: string): { path: string; text: string }[] {
  const root = join("packages", name, "src");
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.includes("generated"))
    .map((path) => ({ path: join(root, path), text: readFileSync(join(root, path), "utf8") }));
}

/** Module names in `from "…"` and bare `import "…"`; packages without what follows their name. */
function importsOf(text: string): string[] {
  return Array.from(text.matchAll(/(?:\bfrom|^import) "([^"]+)"/gm), ([, module]) => module);
}

function packageOf(module: string): string {
  return module.split("/", module.startsWith("@") ? 2 : 1).join("/");
}

const isForeign = (module: string): boolean => !/^[.#]|^node:/.test(module);

describe.each(readdirSync("packages"))("package %s", (name) => {
  const sources = sourcesOf(name);
  const manifest = readJson<Manifest>(join("packages", name, "package.json"));
  const declared = Object.keys({
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
    ...manifest.peerDependencies,
  });
  const foreign = sources.flatMap(({ path, text }) =>
    importsOf(text)
      .filter(isForeign)
      .map((module) => ({ path, used: packageOf(module) })),
  );

  test("imports only along the arrows, and only what it declares", () => {
    const allowed = ARROWS[name]?.map((target) => `@poolish/${target}`);
    expect(allowed, "a new package needs its arrows here").toBeDefined();
    const wrong = foreign.filter(({ used }) => used.startsWith("@poolish/") && !allowed?.includes(used));
    expect(wrong).toEqual([]);
    expect(foreign.filter(({ used }) => !declared.includes(used))).toEqual([]);
  });

  test("declares no workspace package that it does not import, and references those that it does", () => {
    const used = [...new Set(foreign.map((each) => each.used).filter((each) => each.startsWith("@poolish/")))].sort();
    expect(
      Object.keys(manifest.dependencies ?? {})
        .filter((each) => each.startsWith("@poolish/"))
        .sort(),
    ).toEqual(used);
    const { references = [] } = readJson<{ references?: { path: string }[] }>(join("packages", name, "tsconfig.json"));
    expect(references.map(({ path }) => path.replace("../", "@poolish/")).sort()).toEqual(used);
  });

  test("touches node:* in its node folder only", () => {
    const outside = sources.filter(({ path, text }) => !path.includes("/src/node/") && /"node:/.test(text));
    expect(outside.map(({ path }) => path)).toEqual([]);
  });

  test("keeps files under 400 lines and leaves Math.random alone", () => {
    expect(sources.filter(({ text }) => text.split("\n").length > 400).map(({ path }) => path)).toEqual([]);
    expect(sources.filter(({ text }) => /Math\.random\(/.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

test("the gold-standard files that CONTRIBUTING names exist", () => {
  const named = Array.from(
    readFileSync("CONTRIBUTING.md", "utf8").matchAll(/\| `([^`]+\.ts)` +\|/g),
    ([, path]) => path,
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});
