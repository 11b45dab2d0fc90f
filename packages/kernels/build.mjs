// Compiles assembly/ into src/generated/: the float32 kernels for both SIMD variants, attention, the mixture of counts and the
// trajectories once.
// `--check` writes nothing and fails on a difference.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const folder = dirname(fileURLToPath(import.meta.url));
const simd = ["--enable", "simd"];
const modules = [
  { entry: "assembly/index.ts", file: "simd128.ts", name: "simd128", flags: simd },
  {
    entry: "assembly/index.ts",
    file: "relaxedSimd.ts",
    name: "relaxedSimd",
    flags: [...simd, "--enable", "relaxed-simd"],
  },
  { entry: "assembly/attention/index.ts", file: "attention.ts", name: "attention", flags: simd },
  { entry: "assembly/countMixture/index.ts", file: "countMixture.ts", name: "countMixture", flags: simd },
  { entry: "assembly/trajectory/index.ts", file: "trajectory.ts", name: "trajectory", flags: simd },
];

// -O1, not -O3: the higher levels regroup unrolled loops by accumulator, which spills vector registers in V8.
async function compile(entry, flags) {
  const output = "kernels.wasm";
  let bytes;
  const { error, stderr } = await asc.main(
    [
      ...[entry, "--baseDir", folder, "--outFile", output, "-O1", "--noAssert", "--runtime", "stub"],
      ...["--importMemory", "--zeroFilledMemory", "--use", "abort=", ...flags],
    ],
    {
      writeFile: (name, contents) => {
        if (name === output) bytes = contents;
      },
    },
  );
  if (error) throw new Error(`asc: ${error.message}\n${stderr}`);
  return bytes;
}

/** Base64 in lines, so that a diff of the generated file stays readable. */
function toModule(name, bytes) {
  const lines = Buffer.from(bytes)
    .toString("base64")
    .match(/.{1,100}/g);
  const literal = lines.map((line) => `  "${line}"`).join(" +\n");
  return `// Generated from assembly/ by \`npm run build:wasm -w @poolish/kernels\`; do not edit.\nexport const ${name}: string =\n${literal};\n`;
}

const isCheck = process.argv.includes("--check");
for (const { entry, file, name, flags } of modules) {
  const path = join(folder, "src/generated", file);
  const source = toModule(name, await compile(entry, flags));
  if (!isCheck) writeFileSync(path, source);
  else if (readFileSync(path, "utf8") !== source) throw new Error(`${path} does not match assembly/: run build:wasm`);
}
