// Turns the demo's first picture into docs/pooling.png for the README: run `npm run demo` before.
import { readFileSync, writeFileSync } from "node:fs";
import { Resvg } from "@resvg/resvg-js";

const svg = readFileSync("out/factories/pooling.svg", "utf8");
const picture = new Resvg(svg, { fitTo: { mode: "width", value: 1400 }, background: "white" });
writeFileSync("docs/pooling.png", picture.render().asPng());
