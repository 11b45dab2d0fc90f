import type { Design } from "./design.ts";
import { groupingOf } from "./formula.ts";
import type { Training } from "./training.ts";

/** The members of each grouping factor, and of the columns it combines, in any of the designs. */
export function groupMembers(designs: readonly Design[]): Training["levels"] {
  const found = new Map<string, Set<string>>();
  for (const { formula, training } of designs) {
    for (const group of formula.groups) {
      for (const name of [groupingOf(group), ...group.factors.map(({ label }) => label)]) {
        const members = found.get(name) ?? new Set();
        for (const level of training.levels[name] ?? []) members.add(level);
        found.set(name, members);
      }
    }
  }
  return Object.fromEntries([...found].map(([name, members]) => [name, [...members]]));
}
