import { parseHTML } from "linkedom";
import { expect } from "vitest";

const TOKEN =
  /<!--[\s\S]*?-->|<!doctype html>|<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|<[\s\S]{0,40}/g;
const ENTITY = /&(?!(?:amp|lt|gt|quot|#39|#\d+);)[\s\S]{0,20}/;

/** Problems with the nesting of tags, quoting or escaping; an obvious, strict checker of what these pictures use of XML. */
export function markupFaults(markup: string): string[] {
  const faults: string[] = [];
  const open: string[] = [];
  const entity = ENTITY.exec(markup);
  if (entity !== null) faults.push(`bare ampersand: ${entity[0]}`);
  for (const [token, slash, name, , selfClosing] of markup.matchAll(TOKEN)) {
    if (token.startsWith("<!")) continue;
    if (name === undefined) faults.push(`not a tag: ${token}`);
    else if (slash === "/") {
      const expected = open.pop();
      if (expected !== name) faults.push(`</${name}> closes <${expected}>`);
    } else if (selfClosing !== "/") open.push(name);
  }
  return open.length > 0 ? [...faults, `never closed: ${open.join(", ")}`] : faults;
}

/** Parses a standalone SVG after checking what every picture promises. */
export function parsePicture(svg: string): Element {
  expect(markupFaults(svg)).toEqual([]);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="800" height="\d+" viewBox="0 0 800 \d+"/);
  // No ids, style sheets or references: any number of pictures can share a page.
  expect(svg).not.toMatch(/\sid=|<style|href=|url\(|NaN|Infinity|undefined/);
  const root = parseHTML(`<html><body>${svg}</body></html>`).document.body.firstElementChild;
  if (root === null) throw new Error("no element");
  return root;
}

/** All elements that `selector` finds. */
export function all(root: Element, selector: string): Element[] {
  return [...root.querySelectorAll(selector)];
}

/** A numeric attribute of each element. */
export function numbers(elements: readonly Element[], attribute: string): number[] {
  return elements.map((element) => Number(element.getAttribute(attribute)));
}

/** The text of each element. */
export function texts(root: Element, selector = "text"): string[] {
  return all(root, selector).map((element) => element.textContent ?? "");
}

/** Asserts that `pixels` is one rising (or falling) linear function of `values`, to a hundredth of a pixel. */
export function expectLinear(pixels: readonly number[], values: readonly number[], direction: 1 | -1): void {
  expect(pixels).toHaveLength(values.length);
  const low = values.indexOf(Math.min(...values));
  const high = values.indexOf(Math.max(...values));
  const slope = (pixels[high] - pixels[low]) / (values[high] - values[low]);
  expect(Math.sign(slope)).toBe(direction);
  values.forEach((value, i) => {
    expect(Math.abs(pixels[i] - pixels[low] - slope * (value - values[low]))).toBeLessThan(0.01);
  });
}
