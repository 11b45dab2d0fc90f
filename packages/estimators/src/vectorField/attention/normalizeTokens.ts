import type { JetSize, TokenJet } from "./tokenJet.ts";

/** Keeps tokens that are nearly 0 apart from it. */
const LEAST_SQUARE = 1e-6;

/** One over the root mean square of a token. */
function inverseRoot(values: Float32Array, at: number, width: number): number {
  let sum = 0;
  for (let c = 0; c < width; c++) sum += values[at + c] * values[at + c];
  return 1 / Math.sqrt(sum / width + LEAST_SQUARE);
}

function meanProduct(a: Float32Array, aAt: number, b: Float32Array, bAt: number, width: number): number {
  let sum = 0;
  for (let c = 0; c < width; c++) sum += a[aAt + c] * b[bAt + c];
  return sum / width;
}

/**
 * Overwrites y with each token of x divided by its root mean square (Zhang & Sennrich 2019, without gains: the layers that read
 * it have their own), and its tangents.
 */
export function normalizeTokens(x: TokenJet, y: TokenJet, { numTokens, numDirections }: JetSize): void {
  const { stride, columns } = x.value.matrix;
  const from = x.value.region.values;
  const to = y.value.region.values;
  const moved = x.tangents.region.values;
  const movedTo = y.tangents.region.values;
  for (let i = 0; i < numTokens; i++) {
    const at = i * stride;
    const root = inverseRoot(from, at, columns);
    for (let c = 0; c < columns; c++) to[at + c] = root * from[at + c];
    for (let k = 0; k < numDirections; k++) {
      const there = (k * numTokens + i) * stride;
      const shrinking = root * root * root * meanProduct(from, at, moved, there, columns);
      for (let c = 0; c < columns; c++) movedTo[there + c] = root * moved[there + c] - shrinking * from[at + c];
    }
  }
}

/** Given the adjoints of the results and their tangents: ADDS those of x and its tangents to dx. */
export function normalizeAdjoint(x: TokenJet, dy: TokenJet, dx: TokenJet, { numTokens, numDirections }: JetSize): void {
  const { stride, columns } = x.value.matrix;
  const from = x.value.region.values;
  const adjoint = dy.value.region.values;
  const to = dx.value.region.values;
  for (let i = 0; i < numTokens; i++) {
    const at = i * stride;
    const root = inverseRoot(from, at, columns);
    const cubed = root * root * root;
    const along = cubed * meanProduct(from, at, adjoint, at, columns);
    for (let c = 0; c < columns; c++) to[at + c] += root * adjoint[at + c] - along * from[at + c];
    for (let k = 0; k < numDirections; k++) {
      tangentAdjoint(x, dy, dx, at, (k * numTokens + i) * stride, root);
    }
  }
}

/** One tangent of one token: its result ẏ = ρ·ẋ − ρ³·mean(x·ẋ)·x depends on the tangent and on the token. */
function tangentAdjoint(x: TokenJet, dy: TokenJet, dx: TokenJet, at: number, there: number, root: number): void {
  const { columns } = x.value.matrix;
  const from = x.value.region.values;
  const to = dx.value.region.values;
  const moved = x.tangents.region.values;
  const adjoint = dy.tangents.region.values;
  const movedTo = dx.tangents.region.values;
  const cubed = root * root * root;
  const speed = meanProduct(from, at, moved, there, columns);
  const along = meanProduct(from, at, adjoint, there, columns);
  const own = meanProduct(moved, there, adjoint, there, columns);
  const onToken = 3 * cubed * root * root * speed * along - cubed * own;
  for (let c = 0; c < columns; c++) {
    movedTo[there + c] += root * adjoint[there + c] - cubed * along * from[at + c];
    to[at + c] += onToken * from[at + c] - cubed * (along * moved[there + c] + speed * adjoint[there + c]);
  }
}
