import { bernoulli, gamma, halfCauchy, halfNormal, type ModelContext, type Node, normal, studentT } from "@poolish/ppl";
import { type BenchModel, benchModel, dataSource } from "./benchModel.ts";

/** intercept + Σ slope_k x_k with the same prior for each slope; columns x1, x2, … of `data`. */
function linearPredictor(
  { sample }: ModelContext,
  columns: readonly (readonly number[])[],
  interceptScale: number,
  slopeScale: number,
): Node {
  const intercept = sample("intercept", normal(0, interceptScale));
  return columns.reduce<Node>((sum, x, k) => sum.add(sample(`slope${k + 1}`, normal(0, slopeScale)).mul(x)), intercept);
}

/** 300 rows, 5 standard normal columns. Synthetic. */
function logisticData() {
  const { uniform, normal: draw, column } = dataSource(300_5);
  const [x1, x2, x3, x4, x5] = Array.from({ length: 5 }, () => column(300, () => draw(0, 1)));
  const y = column(300, (i) => {
    const logit = 0.3 + x1[i] - 0.8 * x2[i] + 0.5 * x3[i] + 0.2 * x5[i];
    return Number(uniform() < 1 / (1 + Math.exp(-logit)));
  });
  return { x1, x2, x3, x4, x5, y };
}

export const logisticRegression: BenchModel = benchModel("logisticRegression", logisticData(), (context, data) => {
  const { x1, x2, x3, x4, x5, y } = data;
  const logit = linearPredictor(context, [x1, x2, x3, x4, x5], 2, 1);
  context.observe("y", bernoulli(logit.inverseLogit()), y);
});

/** 200 rows, 4 columns that share a factor (correlations of ½). Synthetic. */
function normalData() {
  const { normal: draw, column } = dataSource(200_4);
  const shared = column(200, () => draw(0, 1));
  const [x1, x2, x3, x4] = Array.from({ length: 4 }, () => column(200, (i) => (shared[i] + draw(0, 1)) / Math.SQRT2));
  const y = column(200, (i) => draw(2 + x1[i] - x2[i] + 0.5 * x3[i], 1.5));
  return { x1, x2, x3, x4, y };
}

export const normalRegression: BenchModel = benchModel("normalRegression", normalData(), (context, data) => {
  const { x1, x2, x3, x4, y } = data;
  const mean = linearPredictor(context, [x1, x2, x3, x4], 10, 10);
  context.observe("y", normal(mean, context.sample("sigma", halfNormal(5))), y);
});

/** 434 children: score by the mother's schooling and IQ, not centred. Synthetic, of the kidiq data's moments. */
function kidiqData() {
  const { uniform, normal: draw, column } = dataSource(434);
  const school = column(434, () => Number(uniform() < 0.79));
  const iq = column(434, () => draw(100, 15));
  const score = column(434, (i) => draw(25.7 + 5.95 * school[i] + 0.56 * iq[i], 18));
  return { school, iq, score };
}

export const kidiq: BenchModel = benchModel("kidiq", kidiqData(), (context, { school, iq, score }) => {
  const mean = linearPredictor(context, [school, iq], 100, 100);
  context.observe("score", normal(mean, context.sample("sigma", halfCauchy(2.5))), score);
});

/** 1192 people: log earnings by height in inches, not centred, and sex. Synthetic, of the earnings data's moments. */
function earningsData() {
  const { uniform, normal: draw, column } = dataSource(1192);
  const male = column(1192, () => Number(uniform() < 0.37));
  const height = column(1192, (i) => draw(64.5 + 5.5 * male[i], 2.7));
  const logEarnings = column(1192, (i) => draw(8.15 + 0.021 * height[i] + 0.42 * male[i], 0.88));
  return { height, male, logEarnings };
}

export const earnings: BenchModel = benchModel("earnings", earningsData(), (context, { height, male, logEarnings }) => {
  const mean = linearPredictor(context, [height, male], 20, 5);
  context.observe("logEarnings", normal(mean, context.sample("sigma", halfNormal(5))), logEarnings);
});

/** 250 rows with errors from Student's t with 3 degrees of freedom. Synthetic. */
function outlierData() {
  const { normal: draw, column } = dataSource(250);
  const x = column(250, () => draw(0, 1));
  const chiSquare = () => draw(0, 1) ** 2 + draw(0, 1) ** 2 + draw(0, 1) ** 2;
  const y = column(250, (i) => 1 + 2 * x[i] + (0.7 * draw(0, 1)) / Math.sqrt(chiSquare() / 3));
  return { x, y };
}

export const studentRegression: BenchModel = benchModel("studentRegression", outlierData(), (context, { x, y }) => {
  const mean = linearPredictor(context, [x], 10, 10);
  const degrees = context.sample("degrees", gamma(2, 0.1));
  const scale = context.sample("scale", halfNormal(5));
  context.observe("y", studentT(degrees, mean, scale), y);
});
