import { BIAS, constant, ROUNDER } from "./constant";
import { centers, componentBytes, mixtureBytes, slopes } from "./layout";
import { scaledPowersOfTwo } from "./powerOfTwo";
import { divideTails, tailNumerators } from "./tail";

/** Beyond this |y| all is as at it: there the density, 2^−800, is below 1e-40 of the smallest mass that counts. */
const FARTHEST: usize = memory.data<f64>([28.284271247461902]);
const MINUS_FARTHEST: usize = memory.data<f64>([-28.284271247461902]);
/** Edges that pass through all loops while they are in the first-level cache. */
const BLOCK: i32 = 64;

/**
 * Lists the distinct edges: `edgeAt` and `edgeMixture` (the address of the mixture that looks at it), and for each term the
 * index of its lower edge; its upper one follows. A term whose lower edge is the upper edge of the term before it, in the
 * same row, shares it. Returns the number of edges, at most 2 · numTerms, or −1 for a row outside [0, numRows).
 */
export function findEdges(
  lower: usize, upper: usize, rowOfTerm: usize, numTerms: i32,
  mixtures: usize, numRows: i32, numComponents: i32,
  edgeOfTerm: usize, edgeAt: usize, edgeMixture: usize,
): i32 {
  const stride = mixtureBytes(componentBytes(numComponents));
  let numEdges: usize = 0, previousRow = -1, previousUpper: f64 = NaN;
  for (let i: usize = 0; i < <usize>numTerms; i++) {
    const row = load<i32>(rowOfTerm + (i << 2)), low = load<f64>(lower + (i << 3)), high = load<f64>(upper + (i << 3));
    if (<u32>row >= <u32>numRows) return -1;
    const mixture = <u32>(mixtures + <usize>row * stride);
    if (row != previousRow || low != previousUpper) {
      store<f64>(edgeAt + (numEdges << 3), low);
      store<u32>(edgeMixture + (numEdges << 2), mixture);
      numEdges++;
    }
    store<i32>(edgeOfTerm + (i << 2), <i32>numEdges - 1);
    store<f64>(edgeAt + (numEdges << 3), high);
    store<u32>(edgeMixture + (numEdges << 2), mixture);
    numEdges++;
    previousRow = row;
    previousUpper = high;
  }
  return <i32>numEdges;
}

/**
 * One edge as each component sees it: y = slope·(at − center), cut at FARTHEST; then y² = n − f, with f in `fraction` and 2^(−n)
 * in `power`, so that the density is 2^(−f)·2^(−n).
 */
// @ts-ignore: decorator
@inline
function placeEdge(at: f64, mixture: usize, y: usize, fraction: usize, power: usize, components: usize): void {
  const place = f64x2.splat(at), rounder = constant(ROUNDER), bias = constant(BIAS);
  const most = constant(FARTHEST), least = constant(MINUS_FARTHEST);
  const center = centers(mixture, components), slope = slopes(mixture, components);
  for (let j: usize = 0; j < components; j += 16) {
    const exact = f64x2.mul(f64x2.sub(place, v128.load(center + j)), v128.load(slope + j));
    // pmin and pmax return their first argument when it is NaN.
    const cut = f64x2.pmax(f64x2.pmin(exact, most), least);
    const square = f64x2.mul(cut, cut);
    const shifted = f64x2.add(square, rounder);
    v128.store(y + j, cut);
    v128.store(fraction + j, f64x2.sub(square, f64x2.sub(shifted, rounder)));
    // The shift drops all of the rounder's bits.
    v128.store(power + j, i64x2.shl(i64x2.sub(bias, shifted), 52));
  }
}

/**
 * Overwrites y, density = exp(−z²/2) = 2^(−y²) and tail = Φ(z), less 1 where z > 0, of each component at each edge: numEdges
 * arrays each, `componentBytes` apart. In loops of few constants each, which stay in registers.
 */
export function moveEdges(
  edgeAt: usize, edgeMixture: usize, numEdges: i32, y: usize, density: usize, tail: usize, numComponents: i32,
): void {
  const components = componentBytes(numComponents);
  for (let first = 0; first < numEdges; first += BLOCK) {
    const last = min(first + BLOCK, numEdges);
    const from = <usize>first * components, bytes = <usize>(last - first) * components;
    for (let e = <usize>first, to = from; e < <usize>last; e++, to += components) {
      placeEdge(load<f64>(edgeAt + (e << 3)), load<u32>(edgeMixture + (e << 2)), y + to, density + to, tail + to, components);
    }
    scaledPowersOfTwo(density + from, tail + from, density + from, bytes);
    tailNumerators(y + from, density + from, tail + from, bytes);
    divideTails(y + from, tail + from, bytes);
  }
}
