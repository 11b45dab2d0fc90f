import { censoredFamily } from "./censored.ts";
import { families } from "./families.ts";
import type { Family, FamilyDescriptor, ScalarFamily } from "./family.ts";
import { mixtureFamily } from "./mixture.ts";
import { truncatedFamily } from "./truncated.ts";

const byName: ReadonlyMap<string, Family> = new Map(families.map((family) => [family.name, family]));

/** The family that a compiled model names or describes. @throws Error for an unknown one: a model of a newer version. */
export function familyFrom(descriptor: FamilyDescriptor): Family {
  if (typeof descriptor !== "string") {
    const components = descriptor.components.map(scalarFamilyFrom);
    switch (descriptor.kind) {
      case "truncated":
        return truncatedFamily(components[0], descriptor.bounds);
      case "censored":
        return censoredFamily(components[0], descriptor.bounds);
      case "mixture":
        return mixtureFamily(components);
    }
  }
  const family = byName.get(descriptor);
  if (family === undefined) throw new Error(`no distribution family is called "${descriptor}"`);
  return family;
}

function scalarFamilyFrom(descriptor: FamilyDescriptor): ScalarFamily {
  const family = familyFrom(descriptor);
  if (family.eventShape === "scalar") return family;
  throw new Error(`${family.name} is a family of vectors and cannot be a component`);
}
