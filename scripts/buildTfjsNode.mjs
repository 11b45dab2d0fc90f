/**
 * Builds the native binding of @tensorflow/tfjs-node into node_modules, against the libraries of PyPI's wheel of
 * tensorflow-cpu: for Linux machines that reach npm and PyPI but not the vendor's download, without which `npm install` leaves
 * the package out. Optional: all that it brings is another device for networks of TensorFlow.js (docs/posteriors.md).
 * `npm run build:tfjs-node [-- --python python3 --wheel FILE]`: about 200 MB to download, 700 MB on disk, and what
 * node-gyp needs, a C++ compiler and the headers of Node (`npm_config_nodedir=/usr` where they are in /usr/include/node).
 * To undo it: delete node_modules/@tensorflow/tfjs-node.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";

const BINDING = "@tensorflow/tfjs-node@4.22.0";
/** Its C interface is that of the TensorFlow 2.9 that the binding was written for. Any Python can unpack it. */
const WHEEL = ["tensorflow-cpu==2.15.1", "--no-deps", "--only-binary=:all:", "--python-version=3.11"];
const PLATFORMS = { x64: "manylinux2014_x86_64", arm64: "manylinux2014_aarch64" };
const LIBRARIES = {
  "libtensorflow.so": "libtensorflow_cc.so.2",
  "libtensorflow_cc.so.2": "libtensorflow_cc.so.2",
  "libtensorflow_framework.so": "libtensorflow_framework.so.2",
  "libtensorflow_framework.so.2": "libtensorflow_framework.so.2",
};
const UNPACK = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    kept = [n for n in wheel.namelist() if n.startswith("tensorflow/include/") or n in sys.argv[3:]]
    wheel.extractall(sys.argv[2], kept)
`;

const { values: options } = parseArgs({
  options: { python: { type: "string", default: "python3" }, wheel: { type: "string" } },
});
const platform = process.platform === "linux" ? PLATFORMS[process.arch] : undefined;
if (platform === undefined) throw new Error(`there is no such wheel for ${process.platform} on ${process.arch}`);
const run = (command, args, cwd) => execFileSync(command, args, { cwd, stdio: ["ignore", "inherit", "inherit"] });

const target = resolve("node_modules/@tensorflow/tfjs-node");
if (!existsSync(dirname(target))) throw new Error("run it in the checkout's root, after npm install");
if (options.wheel !== undefined && !existsSync(options.wheel)) throw new Error(`there is no file ${options.wheel}`);
const work = mkdtempSync(join(tmpdir(), "tfjs-node-"));
try {
  const built = buildIn(work, options.wheel === undefined ? downloadWheel(work) : resolve(options.wheel));
  rmSync(target, { recursive: true, force: true });
  cpSync(built, target, { recursive: true, verbatimSymlinks: true });
  run(
    process.execPath,
    ["--eval", "require('@tensorflow/tfjs-node').ready().then(() => console.log('it loads'))"],
    ".",
  );
  console.log(`built ${target}`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function downloadWheel(folder) {
  run(options.python, ["-m", "pip", "download", ...WHEEL, `--platform=${platform}`, "--dest", folder]);
  return join(folder, only(folder, ".whl"));
}

/** The package as it goes into node_modules, compiled. */
function buildIn(folder, wheel) {
  run("npm", ["pack", "--silent", BINDING], folder);
  run("tar", ["xzf", only(folder, ".tgz")], folder);
  const unpacked = join(folder, "package");
  installNeeded(folder, unpacked);
  placeLibraries(unpacked, wheel);
  const build = ["rebuild", "--", "-Dmodule_name=tfjs_binding", "-Dmodule_path=lib/napi-v8", "-Dnapi_build_version=8"];
  run(process.execPath, [nodeGyp(), ...build], unpacked);
  rmSync(join(unpacked, "build"), { recursive: true });
  rmSync(join(unpacked, "deps", "include"), { recursive: true });
  return unpacked;
}

/** What the package depends on, but for TensorFlow.js, which is the checkout's. */
function installNeeded(folder, unpacked) {
  const { dependencies } = JSON.parse(readFileSync(join(unpacked, "package.json"), "utf8"));
  const needed = Object.entries(dependencies).filter(([name]) => name !== "@tensorflow/tfjs");
  const prefix = join(folder, "needed");
  const names = needed.map(([name, range]) => `${name}@${range}`);
  run("npm", ["install", "--silent", "--no-save", "--ignore-scripts", "--prefix", prefix, ...names], folder);
  cpSync(join(prefix, "node_modules"), join(unpacked, "node_modules"), { recursive: true, verbatimSymlinks: true });
}

/** `deps/include` and `deps/lib`, as the vendor's archive would have left them. */
function placeLibraries(unpacked, wheel) {
  const deps = join(unpacked, "deps");
  const files = [...new Set(Object.values(LIBRARIES))];
  run(options.python, ["-c", UNPACK, wheel, deps, ...files.map((file) => `tensorflow/${file}`)]);
  cpSync(join(deps, "tensorflow", "include"), join(deps, "include"), { recursive: true });
  mkdirSync(join(deps, "lib"));
  for (const file of files) cpSync(join(deps, "tensorflow", file), join(deps, "lib", file));
  for (const [name, file] of Object.entries(LIBRARIES)) {
    if (name !== file) symlinkSync(file, join(deps, "lib", name));
  }
  rmSync(join(deps, "tensorflow"), { recursive: true });
}

/** That of npm itself. */
function nodeGyp() {
  const npm = execFileSync("npm", ["root", "--global"], { encoding: "utf8" }).trim();
  return createRequire(join(npm, "npm", "package.json")).resolve("node-gyp/bin/node-gyp.js");
}

function only(folder, ending) {
  const [name] = readdirSync(folder).filter((each) => each.endsWith(ending));
  if (name === undefined) throw new Error(`there is no ${ending} in ${folder}`);
  return name;
}
