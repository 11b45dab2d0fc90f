import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { withStagedFolder } from "../../src/node/index.ts";
import { expectError } from "../expectError.ts";
import { temporaryFolder } from "./temporaryFolder.ts";

/** A folder `out` with one file of an older run, in a folder of its own. */
function oldOutput(): { parent: string; target: string } {
  const parent = temporaryFolder();
  const target = join(parent, "out");
  mkdirSync(target);
  writeFileSync(join(target, "old.txt"), "old");
  return { parent, target };
}

async function writeNew(folder: string): Promise<void> {
  writeFileSync(join(folder, "new.txt"), "new");
}

function runChild(target: string, moment: "write" | "swap"): NodeJS.Signals | null {
  const child = fileURLToPath(new URL("./stagedFolderChild.ts", import.meta.url));
  const args = ["--conditions=@poolish/source", "--import", "tsx", child, target, moment];
  const { signal, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(stderr).toBe("");
  return signal;
}

test("the new folder replaces the old one whole", async () => {
  const { parent, target } = oldOutput();
  await withStagedFolder(target, async (folder) => {
    await writeNew(folder);
    expect(readdirSync(target)).toEqual(["old.txt"]);
  });
  expect(readdirSync(target)).toEqual(["new.txt"]);
  expect(readdirSync(parent)).toEqual(["out"]);
});

test("the first output needs no old one and no parent", async () => {
  const parent = temporaryFolder();
  await withStagedFolder(join(parent, "a", "out"), writeNew);
  expect(readdirSync(join(parent, "a"))).toEqual(["out"]);
});

test("a failing writer leaves the old output and no trace", async () => {
  const { parent, target } = oldOutput();
  const failing = withStagedFolder(target, async (folder) => {
    await writeNew(folder);
    throw new Error("no convergence");
  });
  await expect(failing).rejects.toThrow("no convergence");
  expect(readFileSync(join(target, "old.txt"), "utf8")).toBe("old");
  expect(readdirSync(parent)).toEqual(["out"]);
});

test("a run killed while it writes leaves the old output; the next one clears up", async () => {
  const { parent, target } = oldOutput();
  expect(runChild(target, "write")).toBe("SIGKILL");
  expect(readdirSync(target)).toEqual(["old.txt"]);
  expect(readdirSync(parent).filter((name) => name.startsWith(".out.staging-"))).toHaveLength(1);
  await withStagedFolder(target, writeNew);
  expect(readdirSync(target)).toEqual(["new.txt"]);
  expect(readdirSync(parent)).toEqual(["out"]);
});

test("a run killed between the two renames: the next call brings the old output back, even if it fails", async () => {
  const { parent, target } = oldOutput();
  expect(runChild(target, "swap")).toBe("SIGKILL");
  expect(existsSync(target)).toBe(false);
  const failing = withStagedFolder(target, async () => {
    expect(readdirSync(target)).toEqual(["old.txt"]);
    throw new Error("stop");
  });
  await expect(failing).rejects.toThrow("stop");
  expect(readdirSync(target)).toEqual(["old.txt"]);
  expect(readdirSync(parent)).toEqual(["out"]);
});

test("a run killed before it deleted the old output: the new one stays", async () => {
  const { parent, target } = oldOutput();
  mkdirSync(join(parent, ".out.previous"));
  await withStagedFolder(target, async () => expect(readdirSync(target)).toEqual(["old.txt"]));
  expect(readdirSync(parent)).toEqual(["out"]);
});

test("a running writer's folder is left alone, that of an earlier process with our number is not", async () => {
  const { parent, target } = oldOutput();
  mkdirSync(join(parent, ".out.staging-1-abc")); // process 1 always runs
  const inherited = join(parent, `.out.staging-${process.pid}-abc`);
  mkdirSync(inherited);
  utimesSync(inherited, 0, 0);
  await withStagedFolder(target, () => withStagedFolder(target, writeNew));
  expect(readdirSync(parent)).toEqual([".out.staging-1-abc", "out"]);
});

test("a file in the place of the folder is refused before anything is written", async () => {
  const parent = temporaryFolder();
  writeFileSync(join(parent, "out"), "x");
  const error = await expectError(() => withStagedFolder(join(parent, "out"), writeNew), "file", /there is a file/);
  expect(error.field).toBe(join(parent, "out"));
  expect(readdirSync(parent)).toEqual(["out"]);
});
