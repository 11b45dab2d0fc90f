import { createKernels } from "./src/index.ts";

const k = createKernels({ capacity: 100_000 });
const z = k.allocate(6656),
  y = k.allocate(6656);
for (let i = 0; i < 6656; i++) z.values[i] = 3 * Math.sin(i * 1.7);
for (let i = 0; i < 2000; i++) k.activate("tanh", z, y, 6656);
let best = 1e9;
for (let j = 0; j < 400; j++) {
  const t = performance.now();
  for (let i = 0; i < 20; i++) k.activate("tanh", z, y, 6656);
  best = Math.min(best, ((performance.now() - t) / 20) * 1e3);
}
console.log("tanh", best.toFixed(2), "us", ((best * 1e3) / 6656).toFixed(3), "ns");
let e = 0;
for (let i = 0; i < 6656; i++) e = Math.max(e, Math.abs(y.values[i] - Math.tanh(z.values[i])));
console.log(e);
const x = k.allocateMatrix(64, 100),
  yy = k.allocateMatrix(64, 100),
  w = k.allocateMatrix(100, 100);
for (let i = 0; i < 2000; i++) k.denseBackwardInput(x, w, yy, 64, "overwrite");
best = 1e9;
for (let j = 0; j < 400; j++) {
  const t = performance.now();
  for (let i = 0; i < 10; i++) k.denseBackwardInput(x, w, yy, 64, "overwrite");
  best = Math.min(best, ((performance.now() - t) / 10) * 1e3);
}
console.log("product", best.toFixed(2), "us", ((64 * 100 * 104 * 2) / best / 1e3).toFixed(1), "GFLOP/s");
