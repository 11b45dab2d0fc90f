import type { CallSite, CompiledProgram } from "../host/compiledProgram.ts";
import { isLibrarySource } from "../host/librarySources.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import { type CallName, callNames } from "./callNames.ts";

/** A random choice as names need it. */
export interface NamedChoice {
  readonly address: string;
  readonly distributionName: string;
}

/** Where a program calls for a choice, and what it calls the value. */
interface Origin {
  readonly name: string;
  readonly site: string;
  readonly position: string;
}

/**
 * Names of choices from the program's own variables: `var mu = gamma(2, 5)` is "mu", also when a function of the
 * program draws and returns it. A choice inside of an expression has no variable and is called "gaussian@7", after
 * its distribution and line. Choices that one call site makes (in a `map`, say) share their name; where two sites
 * claim one name, later ones get their line behind it. Addresses begin with `baseAddress`, the call of `Infer`.
 */
export function choiceNames(
  parse: WebpplHost["parse"],
  compiled: CompiledProgram | undefined,
  baseAddress: string,
  choices: readonly NamedChoice[],
): readonly string[] {
  const namesOf = sourceNames(parse, compiled);
  return distinctBySite(choices.map((choice) => originOf(compiled, namesOf, baseAddress, choice)));
}

/** Call names by source file; each file is parsed when a choice first comes from it. */
function sourceNames(
  parse: WebpplHost["parse"],
  compiled: CompiledProgram | undefined,
): (source: string) => ReadonlyMap<string, CallName> {
  const cache = new Map<string, ReadonlyMap<string, CallName>>();
  return (source) => {
    const known = cache.get(source);
    if (known !== undefined) return known;
    const text = compiled?.sourceMap.sourcesContent[compiled.sourceMap.sources.indexOf(source)];
    const names = text === undefined ? new Map() : callNames(parse(text, { loc: true }));
    cache.set(source, names);
    return names;
  };
}

/** Walks the calls from the draw outwards to the first in the program that has a variable. */
function originOf(
  compiled: CompiledProgram | undefined,
  namesOf: (source: string) => ReadonlyMap<string, CallName>,
  baseAddress: string,
  { address, distributionName }: NamedChoice,
): Origin {
  let origin: Origin | undefined;
  for (const id of callIds(address.slice(baseAddress.length)).reverse()) {
    const site = compiled?.addressMap[id];
    if (site === undefined || isLibrarySource(site.source)) continue;
    origin ??= anonymousOrigin(site, id, distributionName);
    const name = namesOf(site.source).get(positionOf(site));
    if (name?.kind === "named") return { ...origin, name: name.name };
    if (name === undefined) break;
  }
  return origin ?? { name: lowerFirst(distributionName), site: address, position: "?" };
}

function anonymousOrigin(site: CallSite, id: string, distributionName: string): Origin {
  return { name: `${lowerFirst(distributionName)}@${site.start.line}`, site: id, position: positionOf(site) };
}

function positionOf({ start }: CallSite): string {
  return `${start.line}:${start.column}`;
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** "_12_7" → ["_12", "_7"] */
function callIds(address: string): string[] {
  return address
    .split("_")
    .slice(1)
    .map((id) => `_${id}`);
}

function distinctBySite(origins: readonly Origin[]): readonly string[] {
  const siteOf = new Map<string, string>();
  return origins.map(({ name, site, position }) => {
    const candidates = [name, `${name.split("@")[0]}@${position.split(":")[0]}`, `${name.split("@")[0]}@${position}`];
    const free = candidates.find((candidate) => (siteOf.get(candidate) ?? site) === site) ?? name;
    siteOf.set(free, site);
    return free;
  });
}
