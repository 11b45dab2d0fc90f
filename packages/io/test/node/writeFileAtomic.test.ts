import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readBytes, readBytesSync, writeFileAtomic } from "../../src/node/index.ts";
import { expectError } from "../expectError.ts";
import { temporaryFolder } from "./temporaryFolder.ts";

test("bytes and text are written and read back, nothing else is left", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "a.bin");
  writeFileSync(path, "old");
  await writeFileAtomic(path, Uint8Array.of(1, 2, 255));
  const bytes = await readBytes(path, "three bytes");
  expect(bytes).toEqual(Uint8Array.of(1, 2, 255));
  expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
  expect(readBytesSync(path, "three bytes")).toEqual(bytes);
  await writeFileAtomic(path, "süd");
  expect(readFileSync(path, "utf8")).toBe("süd");
  expect(readdirSync(folder)).toEqual(["a.bin"]);
});

test("concurrent writers leave one of their contents, whole", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "a.txt");
  const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(100_000));
  await Promise.all(texts.map((text) => writeFileAtomic(path, text)));
  expect(texts).toContain(readFileSync(path, "utf8"));
  expect(readdirSync(folder)).toEqual(["a.txt"]);
});

test("a failed rename removes the temporary and names the path", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "taken"));
  const error = await expectError(() => writeFileAtomic(join(folder, "taken"), "x"), "file", /cannot write: .*folder/);
  expect(error.field).toBe(join(folder, "taken"));
  expect(readdirSync(folder)).toEqual(["taken"]);
});

test("a missing folder is named", async () => {
  const path = join(temporaryFolder(), "no", "a.txt");
  await expectError(() => writeFileAtomic(path, "x"), "file", /a\.txt: cannot write: .*does not exist/);
});

test("a missing file names path, expectation and remedy", async () => {
  const path = join(temporaryFolder(), "chips.safetensors");
  const pattern = /chips\.safetensors: cannot read an estimator: .*does not exist.*Check the path/;
  expect((await expectError(() => readBytes(path, "an estimator"), "file", pattern)).field).toBe(path);
  await expectError(() => readBytesSync(path, "an estimator"), "file", pattern);
  await expectError(() => readBytes(temporaryFolder(), "an estimator"), "file", /is a folder/);
});

test("a path through a file is the typed error, not the clean-up's", async () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  await expect(writeFileAtomic(join(file, "below"), "x")).rejects.toMatchObject({ kind: "file" });
});
