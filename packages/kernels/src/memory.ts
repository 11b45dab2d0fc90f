import type { Region } from "./region.ts";

const BYTES_PER_ELEMENT = 4;
const ALIGNMENT = 16;
const PAGE_BYTES = 65_536;
/** 32-bit addresses: 4 GiB in all. */
const MAX_PAGES = 65_536;
/** Kernels of rows read up to three elements past the last row. */
const SLACK_BYTES = 64;
/** The kernels' own scratch, at the bottom of the memory; `heapBase` must lie within it. */
export const RESERVED_BYTES: number = 4 * PAGE_BYTES;

function requireLength(what: string, length: number): void {
  if (!Number.isSafeInteger(length) || length < 0) throw new Error(`${what} must be a whole number, got ${length}`);
}

/** A memory with room for `capacity` elements above the reserved part. It never grows: growing would detach its views. */
export function createMemory(capacity: number): WebAssembly.Memory {
  requireLength("capacity", capacity);
  const pages = Math.ceil((RESERVED_BYTES + roundUp(capacity * BYTES_PER_ELEMENT) + SLACK_BYTES) / PAGE_BYTES);
  if (pages > MAX_PAGES) throw new Error(`a capacity of ${capacity} elements exceeds 4 GiB`);
  return new WebAssembly.Memory({ initial: pages, maximum: pages });
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Hands out consecutive regions of `memory`, `capacity` elements in all. */
export function createAllocator(memory: WebAssembly.Memory, capacity: number): (length: number) => Region {
  const end = RESERVED_BYTES + roundUp(capacity * BYTES_PER_ELEMENT);
  let next = RESERVED_BYTES;
  return (length) => {
    requireLength("length", length);
    const bytes = roundUp(length * BYTES_PER_ELEMENT);
    if (next + bytes > end) {
      const free = (end - next) / BYTES_PER_ELEMENT;
      throw new Error(`cannot allocate ${length} elements: ${free} of ${capacity} are free`);
    }
    const pointer = next;
    next += bytes;
    return { pointer, length, values: new Float32Array(memory.buffer, pointer, length) };
  };
}

/** The part of `region` of `length` elements from `offset`, a multiple of 4 so that it stays aligned. */
export function subregion(region: Region, offset: number, length: number): Region {
  requireLength("offset", offset);
  requireLength("length", length);
  if (offset % 4 !== 0) throw new Error(`offset must be a multiple of 4, got ${offset}`);
  if (offset + length > region.length) {
    throw new Error(`elements ${offset} to ${offset + length} lie outside a region of ${region.length}`);
  }
  const pointer = region.pointer + offset * BYTES_PER_ELEMENT;
  return { pointer, length, values: region.values.subarray(offset, offset + length) };
}
