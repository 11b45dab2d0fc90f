import type { Term, TermFactor } from "./formula.ts";

/** How a factor enters a block: its numbers, one indicator a level, or one for each level but the reference. */
export interface CodedFactor {
  readonly factor: TermFactor;
  readonly coding: "numeric" | "full" | "reduced";
}

/** Columns that are products of coded factors. A term is one block, or more where its margins are not in the formula. */
export type Block = readonly CodedFactor[];

/**
 * Chooses codings so that the columns of all terms are linearly independent and span what the terms say: treatment
 * coding where the margin of a term is there already, indicators where it is not. The algorithm of patsy ("Redundancy
 * and categorical factors", patsy.readthedocs.io): each term is the sum of all products of reduced factors, what an
 * earlier term of the same numeric factors has is left out, and the rest is merged greedily.
 */
export function blocksOf(terms: readonly Term[], isCategorical: (factor: TermFactor) => boolean): Block[][] {
  const used = new Map<string, Set<string>>();
  return terms.map(({ factors }) => {
    const numeric = factors.filter((factor) => !isCategorical(factor));
    const bucket = JSON.stringify(numeric.map(({ label }) => label).toSorted());
    const seen = used.get(bucket) ?? new Set();
    used.set(bucket, seen);
    const categorical = factors.filter(isCategorical);
    const fresh = subsetsOf(categorical.map(({ label }) => label)).filter((subset) => {
      const key = JSON.stringify(subset.toSorted());
      return !seen.has(key) && seen.add(key);
    });
    const merged = merge(fresh.map((labels) => new Map(labels.map((label) => [label, "reduced"]))));
    return merged.map((codings) => blockOf(factors, numeric, codings));
  });
}

type Codings = ReadonlyMap<string, "full" | "reduced">;

/** All subsets, smallest first, then in the order of `labels`. */
function subsetsOf(labels: readonly string[]): string[][] {
  const masks = Array.from({ length: 2 ** labels.length }, (_, mask) => mask);
  const subsets = masks.map((mask) => labels.filter((_, k) => (mask >> k) & 1));
  const rank = (subset: readonly string[]): number[] => subset.map((label) => labels.indexOf(label));
  return subsets.sort((a, b) => a.length - b.length || compare(rank(a), rank(b)));
}

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((value, k) => value !== b[k]);
  return i < 0 ? 0 : a[i] - b[i];
}

/** A product with reduced j next to the same product without j is the product with all levels of j. */
function merge(subterms: readonly Codings[]): Codings[] {
  for (const [i, short] of subterms.entries()) {
    for (const long of subterms.slice(i + 1)) {
      const extra = extraFactor(long, short);
      if (extra === undefined) continue;
      const absorbed: Codings = new Map([...long].map(([label, coding]) => [label, label === extra ? "full" : coding]));
      return merge(subterms.filter((each) => each !== short).map((each) => (each === long ? absorbed : each)));
    }
  }
  return [...subterms];
}

/** The one reduced factor that `long` has and `short` has not, when they agree in all others. */
function extraFactor(long: Codings, short: Codings): string | undefined {
  if (long.size !== short.size + 1) return undefined;
  for (const [label, coding] of short) if (long.get(label) !== coding) return undefined;
  const extra = [...long.keys()].find((label) => !short.has(label));
  return extra !== undefined && long.get(extra) === "reduced" ? extra : undefined;
}

function blockOf(factors: readonly TermFactor[], numeric: readonly TermFactor[], codings: Codings): Block {
  return factors.flatMap((factor): CodedFactor[] => {
    if (numeric.includes(factor)) return [{ factor, coding: "numeric" }];
    const coding = codings.get(factor.label);
    return coding === undefined ? [] : [{ factor, coding }];
  });
}
