import { families } from "./families.ts";
import type { Family } from "./family.ts";

const byName: ReadonlyMap<string, Family> = new Map(families.map((family) => [family.name, family]));

/** The family that a compiled model names. @throws Error for an unknown name: a model of a newer version. */
export function familyByName(name: string): Family {
  const family = byName.get(name);
  if (family === undefined) throw new Error(`no distribution family is called "${name}"`);
  return family;
}
