import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { endianness, tmpdir } from "node:os";
import { join } from "node:path";
import { rngFromSeed } from "@poolish/core";
import { expectRejection } from "@poolish/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeNpyHeader, encodeNpyHeader } from "../../src/node/npyHeader.ts";
import { readNpyColumns } from "../../src/node/npyReader.ts";
import { createNpyWriter } from "../../src/node/npyWriter.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "poolish-npy-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("the header is that of the format's version 1.0, 128 bytes for any number of rows", () => {
  for (const numRows of [0, 7, Number.MAX_SAFE_INTEGER]) {
    const bytes = encodeNpyHeader(numRows, 12);
    expect(bytes.length).toBe(128);
    expect([...bytes.subarray(0, 10)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
    const order = endianness() === "LE" ? "<" : ">";
    const text = `{'descr': '${order}f8', 'fortran_order': False, 'shape': (${numRows}, 12), }`;
    expect(new TextDecoder("latin1").decode(bytes.subarray(10))).toBe(`${text.padEnd(117)}\n`);
    expect(decodeNpyHeader(bytes)).toEqual({ numRows, numColumns: 12 });
  }
});

test("other arrays and files are not taken for ours", () => {
  const bytes = encodeNpyHeader(3, 2);
  const text = new TextDecoder("latin1").decode(bytes);
  const asBytes = (other: string) => Uint8Array.from(other, (character) => character.charCodeAt(0));
  expect(decodeNpyHeader(asBytes(text))).toEqual({ numRows: 3, numColumns: 2 });
  for (const [from, to] of [
    ["f8", "f4"],
    ["False", "True "],
    ["NUMPY", "NUMPI"],
    ["(3, 2)", "(6,)  "],
  ]) {
    expect(decodeNpyHeader(asBytes(text.replace(from, to)))).toBeUndefined();
  }
  expect(decodeNpyHeader(bytes.subarray(0, 80))).toBeUndefined();
});

/** Several chunks of the writer and of the reader, and a part of one. */
const shape = { numRows: 100_001, numColumns: 3 };

async function writeMatrix(path: string): Promise<Float64Array> {
  const rng = rngFromSeed(19);
  const matrix = Float64Array.from({ length: shape.numRows * shape.numColumns }, () => rng.uniform());
  const writer = createNpyWriter(path, shape.numColumns);
  for (let at = 0; at < matrix.length; at += 3) writer.append(matrix.subarray(at, at + 3));
  writer.flush();
  writer.close();
  return matrix;
}

test("what is written is the header and the numbers as they lie in memory", async () => {
  const path = join(folder, "bytes.npy");
  const matrix = await writeMatrix(path);
  const bytes = new Uint8Array(await readFile(path));
  expect(decodeNpyHeader(bytes)).toEqual(shape);
  expect(new Float64Array(bytes.slice(128).buffer)).toEqual(matrix);
});

test("columns come back in the order asked for, all rows or the first ones", async () => {
  const path = join(folder, "columns.npy");
  const matrix = await writeMatrix(path);
  const columnOf = (c: number, numRows: number) => Float64Array.from({ length: numRows }, (_, i) => matrix[i * 3 + c]);
  expect(await readNpyColumns({ path, ...shape }, [2, 0])).toEqual([columnOf(2, 100_001), columnOf(0, 100_001)]);
  expect(await readNpyColumns({ path, ...shape, numRows: 5 }, [1])).toEqual([columnOf(1, 5)]);
});

test("before it is flushed, a file has the rows of the chunks so far, and its header says how many", async () => {
  const path = join(folder, "growing.npy");
  const writer = createNpyWriter(path, 3);
  expect(decodeNpyHeader(await readFile(path))).toEqual({ numRows: 0, numColumns: 3 });
  for (let i = 0; i < 30_000; i++) writer.append(Float64Array.of(i, 0, 0));
  const found = decodeNpyHeader(await readFile(path));
  writer.close();
  expect(found?.numRows).toBeGreaterThan(10_000);
  const [column] = await readNpyColumns({ path, numRows: found?.numRows ?? 0, numColumns: 3 }, [0]);
  expect(column).toEqual(Float64Array.from(column, (_, i) => i));
});

describe("a file is refused that", () => {
  test("has another number of columns, or fewer rows", async () => {
    const path = join(folder, "shape.npy");
    await writeMatrix(path);
    const read = (region: Partial<typeof shape>) => () => readNpyColumns({ path, ...shape, ...region }, [0]);
    await expectRejection(read({ numColumns: 4 }), { kind: "file", field: path }, /got 100001 × 3/);
    await expectRejection(read({ numRows: 100_002 }), { kind: "file", field: path }, /100002 rows of 3/);
  });

  test("is cut short, foreign, or not there", async () => {
    const path = join(folder, "short.npy");
    const read = () => readNpyColumns({ path, ...shape }, [0]);
    await expectRejection(read, { kind: "file", field: path }, /ENOENT/);
    await writeMatrix(path);
    await truncate(path, 2_000_000);
    await expectRejection(read, { kind: "file", field: path }, /cut short/);
    await writeFile(path, "draws");
    await expectRejection(read, { kind: "file", field: path }, /another kind of file/);
  });

  test("cannot be written", () => {
    expect(() => createNpyWriter(join(folder, "none", "a.npy"), 2)).toThrow(/none.*cannot write draws/);
  });
});
