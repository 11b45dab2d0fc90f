/**
 * Runs the WebPPL programs of this folder, each with its time: node --import tsx examples/webppl/run.ts [NAME …]
 * The first run trains the estimator of the factories, unless `npm run demo` has done so.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nle, train } from "@poolish/sbi";
import { saveEstimator } from "@poolish/sbi/node";
import { runWebPPL } from "webppl-poolish";
import { simulateCookies } from "../factories/factories.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const NAMES = ["eightSchools", "twoStages", "particles", "diffusion", "factories"];
const ESTIMATOR_FILE = join("out", "factories", "chips.safetensors");
const OWN_ESTIMATOR_FILE = join("out", "webppl", "chips.safetensors");

async function estimatorFile(): Promise<string> {
  const found = [ESTIMATOR_FILE, OWN_ESTIMATOR_FILE].find((file) => existsSync(file));
  if (found !== undefined) return found;
  const chips = await train(nle(), await simulateCookies({ seed: 1 }), { seed: 1 });
  await saveEstimator(OWN_ESTIMATOR_FILE, chips);
  return OWN_ESTIMATOR_FILE;
}

const chosen = process.argv.slice(2);
for (const name of chosen.length > 0 ? chosen : NAMES) {
  const filename = join(folder, `${name}.wppl`);
  const data = name === "factories" ? { estimatorFile: await estimatorFile() } : {};
  const start = performance.now();
  const value = await runWebPPL(readFileSync(filename, "utf8"), { data, seed: 1, filename });
  console.log(`${String(value)}\n${name}.wppl: ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}
