import { PoolishError } from "@poolish/core";
import { parseHTML } from "linkedom";

const FORBIDDEN_ELEMENTS = new Set(["script", "foreignobject", "style", "link", "iframe", "image", "use", "a"]);

function refuse(field: string, what: string): never {
  throw new PoolishError(`expected a picture of this package, got ${what}`, {
    kind: "input",
    field,
    remedy: "Pass the string that a plot function returned.",
  });
}

function checkElement(field: string, element: Element): void {
  const name = element.localName.toLowerCase();
  if (FORBIDDEN_ELEMENTS.has(name)) refuse(field, `an SVG with an element <${name}>`);
  for (const attribute of element.attributes) {
    const isActive = /^on|^(xlink:)?href$|^src$|^style$/i.test(attribute.name);
    if (isActive || /url\(/i.test(attribute.value)) refuse(field, `an SVG with the attribute ${attribute.name}`);
  }
}

/**
 * A standalone SVG as it may stand in an HTML page: without XML prologue and namespace, which HTML knows.
 * @throws PoolishError naming `field` for anything but one `<svg>`, and for one that could run code or fetch something.
 */
export function inlineSvg(field: string, svg: string): string {
  const markup = svg.replace(/^\s*<\?xml[^>]*\?>/, "").trim();
  const { document } = parseHTML(`<!doctype html><html><body>${markup}</body></html>`);
  const root = document.body.firstElementChild;
  const isAlone = document.body.childNodes.length === 1;
  if (root?.localName !== "svg" || !isAlone) refuse(field, "something that is not one <svg>");
  checkElement(field, root);
  for (const element of root.querySelectorAll("*")) checkElement(field, element);
  return markup.replace(/^<svg xmlns="[^"]*"/, "<svg");
}
