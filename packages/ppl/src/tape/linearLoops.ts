// The loops of `linearStep`, each with as few live values as it can have: V8 spills the others to the stack, which makes
// a loop that serves all cases twice as slow. y are values and dy adjoints; v, w, o are where vectors of n rows begin.

/** y_o += c v; on adjoints: what a sum hands back. */
export function addVector(y: Float64Array, c: number, v: number, o: number, n: number): void {
  for (let i = 0; i < n; i++) y[o + i] += c * y[v + i];
}

/** y_o += c v w. */
export function addProduct(y: Float64Array, c: number, v: number, w: number, o: number, n: number): void {
  for (let i = 0; i < n; i++) y[o + i] += c * y[v + i] * y[w + i];
}

/** y_o += c v[index]. */
export function addGathered(y: Float64Array, c: number, v: number, index: Int32Array, o: number, n: number): void {
  for (let i = 0; i < n; i++) y[o + i] += c * y[v + index[i]];
}

/** y_o += c v[index] w. */
export function addGatheredProduct(
  y: Float64Array,
  c: number,
  v: number,
  index: Int32Array,
  w: number,
  o: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) y[o + i] += c * y[v + index[i]] * y[w + i];
}

/** dy_v += c dy_o w. */
export function pullProduct(
  y: Float64Array,
  dy: Float64Array,
  c: number,
  v: number,
  w: number,
  o: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) dy[v + i] += c * dy[o + i] * y[w + i];
}

/** dy_w += c dy_o v[index]. */
export function pullFactorOfGathered(
  y: Float64Array,
  dy: Float64Array,
  c: number,
  v: number,
  index: Int32Array,
  w: number,
  o: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) dy[w + i] += c * dy[o + i] * y[v + index[i]];
}

/** dy_v[index] += c dy_o. */
export function scatter(dy: Float64Array, c: number, v: number, index: Int32Array, o: number, n: number): void {
  for (let i = 0; i < n; i++) dy[v + index[i]] += c * dy[o + i];
}

/** dy_v[index] += c dy_o w. */
export function scatterProduct(
  y: Float64Array,
  dy: Float64Array,
  c: number,
  v: number,
  index: Int32Array,
  w: number,
  o: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) dy[v + index[i]] += c * dy[o + i] * y[w + i];
}

/** Σ dy_o. */
export function sum(dy: Float64Array, o: number, n: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += dy[o + i];
  return total;
}

/** Σ dy_o v. */
export function dot(y: Float64Array, dy: Float64Array, v: number, o: number, n: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += dy[o + i] * y[v + i];
  return total;
}

/** Σ dy_o v[index]. */
export function dotGathered(
  y: Float64Array,
  dy: Float64Array,
  v: number,
  index: Int32Array,
  o: number,
  n: number,
): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += dy[o + i] * y[v + index[i]];
  return total;
}
