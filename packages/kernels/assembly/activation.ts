import { multiply } from "./elementwise";
import { gelu, geluGradient, geluWithSlope } from "./gelu";
import { relu, reluGradient, reluSlope } from "./relu";
import { silu, siluGradient, siluWithSlope } from "./silu";
import { tanh, tanhGradient, tanhSlope } from "./tanh";

/** Kinds as src/activation.ts numbers them; 0 is the identity. */
const TANH: i32 = 1, RELU: i32 = 2, GELU: i32 = 3, SILU: i32 = 4;

/** Added to a kind: the argument z becomes the derivative f′(z). Alone, in gradients: z is that derivative. */
const SLOPE: i32 = 8;

/** Overwrites y with f(z) and z with f′(z). */
function activateWithSlope(kind: i32, z: usize, y: usize, length: i32): void {
  if (kind == SILU) return siluWithSlope(z, y, length);
  if (kind == GELU) return geluWithSlope(z, y, length);
  if (kind == TANH) { tanh(z, y, length); tanhSlope(y, z, length); }
  else if (kind == RELU) { relu(z, y, length); reluSlope(y, z, length); }
}

function activate(kind: i32, z: usize, y: usize, length: i32): void {
  if (kind & SLOPE) activateWithSlope(kind & ~SLOPE, z, y, length);
  else if (kind == TANH) tanh(z, y, length);
  else if (kind == RELU) relu(z, y, length);
  else if (kind == GELU) gelu(z, y, length);
  else if (kind == SILU) silu(z, y, length);
}

function activateGradient(kind: i32, z: usize, y: usize, dy: usize, dz: usize, length: i32): void {
  if (kind == SLOPE) multiply(dy, z, dz, length);
  else if (kind == TANH) tanhGradient(z, y, dy, dz, length);
  else if (kind == RELU) reluGradient(z, y, dy, dz, length);
  else if (kind == GELU) geluGradient(z, y, dy, dz, length);
  else if (kind == SILU) siluGradient(z, y, dy, dz, length);
}

/** Overwrites `width` bytes (a multiple of 16) of each row of y with the activation of z; y may be z. */
export function activateRows(kind: i32, z: usize, zStride: usize, y: usize, yStride: usize, rows: i32, width: usize): void {
  const length = <i32>(width >> 2);
  if (zStride == width && yStride == width) return activate(kind, z, y, rows * length);
  for (; rows > 0; rows--, z += zStride, y += yStride) activate(kind, z, y, length);
}

/** Overwrites `width` bytes of each row of dz with dy·f′; dz may be dy. tanh and relu read y, gelu and silu read z. */
export function activateRowsGradient(
  kind: i32, z: usize, zStride: usize, y: usize, yStride: usize, dy: usize, dyStride: usize, dz: usize, dzStride: usize,
  rows: i32, width: usize,
): void {
  const length = <i32>(width >> 2);
  const savedStride = kind <= RELU ? yStride : zStride;
  if (savedStride == width && dyStride == width && dzStride == width) {
    return activateGradient(kind, z, y, dy, dz, rows * length);
  }
  for (; rows > 0; rows--, z += zStride, y += yStride, dy += dyStride, dz += dzStride) {
    activateGradient(kind, z, y, dy, dz, length);
  }
}
