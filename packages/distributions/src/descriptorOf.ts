import type { Family, FamilyDescriptor } from "./family.ts";

/** The family as plain data, which survives structured cloning; `familyFrom` revives it. */
export function descriptorOf(family: Family): FamilyDescriptor {
  return family.composition ?? family.name;
}
