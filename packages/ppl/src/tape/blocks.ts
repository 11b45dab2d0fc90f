/** Below this many numbers a loop beats the 40 ns that a call of `fill` or `set` costs. */
const LOOP_LENGTH = 64;

/** buffer[from … to) = value. */
export function fillBlock(buffer: Float64Array, from: number, to: number, value: number): void {
  if (to - from > LOOP_LENGTH) buffer.fill(value, from, to);
  else for (let i = from; i < to; i++) buffer[i] = value;
}

/** to[0 … from.length) = from. */
export function copyBlock(from: Float64Array, to: Float64Array): void {
  const count = from.length;
  if (count > LOOP_LENGTH) to.set(from);
  else for (let i = 0; i < count; i++) to[i] = from[i];
}
