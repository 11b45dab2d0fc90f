import { logistic, logit } from "@poolish/math";
import { columnOf, type FormulaContext } from "./formulaContext.ts";
import { isText } from "./formulaData.ts";
import { refuseColumn, refuseFormula } from "./formulaSource.ts";
import { type Syntax, textOf } from "./syntax.ts";

/** One number a row. */
type Column = Float64Array;

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  I: (x) => x,
  abs: Math.abs,
  cos: Math.cos,
  exp: Math.exp,
  expm1: Math.expm1,
  inverseLogit: logistic,
  log: Math.log,
  log10: Math.log10,
  log1p: Math.log1p,
  log2: Math.log2,
  logit,
  sin: Math.sin,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
};
const STANDARDISERS = ["scale", "center"] as const;

type Standardiser = (typeof STANDARDISERS)[number];

const OPERATIONS: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
};

/**
 * The numbers of an arithmetic expression, one a row: columns, numbers, + − * / ^, the functions above, and `scale`
 * and `center`, which keep the mean and standard deviation of the data that they saw first.
 * @throws PoolishError with the column of what is no arithmetic; with row for a missing or infinite result.
 */
export function arithmeticColumn(context: FormulaContext, syntax: Syntax): Float64Array {
  const { source, table } = context;
  switch (syntax.kind) {
    case "number":
      return new Float64Array(table.numRows).fill(syntax.value);
    case "text":
      return refuseFormula(
        source,
        syntax.at,
        "quoted text is no number",
        "Put column names between backticks, not quotes.",
      );
    case "name":
      return numbersOf(context, syntax.name, syntax.at);
    case "sign": {
      const operand = arithmeticColumn(context, syntax.operand);
      return syntax.operator === "-" ? operand.map((x) => -x) : operand;
    }
    case "call":
      return callColumn(context, syntax);
    case "binary": {
      const operation = OPERATIONS[syntax.operator];
      if (operation === undefined) {
        refuseFormula(
          source,
          syntax.at,
          `"${syntax.operator}" is no arithmetic`,
          "Use + - * / ^ inside a function; join terms outside of it.",
        );
      }
      const left = arithmeticColumn(context, syntax.left);
      const right = arithmeticColumn(context, syntax.right);
      return finite(
        context,
        syntax,
        left.map((a, i) => operation(a, right[i])),
      );
    }
  }
}

function numbersOf(context: FormulaContext, name: string, at: number): Column {
  const column = columnOf(context, name, at);
  if (isText(column) || context.training.categorical.has(name)) {
    refuseColumn(
      context.source,
      at,
      name,
      "the column holds categories, arithmetic needs numbers",
      "Use it as a term by itself, or pass a column of numbers.",
    );
  }
  const values = Float64Array.from(column as ArrayLike<number>);
  const row = values.findIndex((x) => !Number.isFinite(x));
  if (row < 0) return values;
  return refuseColumn(
    context.source,
    at,
    name,
    `the value ${values[row]} is no finite number`,
    "Correct or leave out the row.",
    row,
  );
}

function callColumn(context: FormulaContext, call: Extract<Syntax, { kind: "call" }>): Column {
  const { source } = context;
  const { name, inputs, at } = call;
  const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  const standardiser = STANDARDISERS.find((each) => each === name);
  if (known === undefined && standardiser === undefined) {
    const names = [...Object.keys(FUNCTIONS), ...STANDARDISERS, "C"].join(", ");
    refuseFormula(
      source,
      at,
      `there is no function ${name}`,
      `Formulas have ${names}; compute others as a column of the data.`,
    );
  }
  if (inputs.length !== 1) {
    refuseFormula(source, at, `${name} takes one argument, got ${inputs.length}`, `Write ${name}(x).`);
  }
  const column = arithmeticColumn(context, inputs[0]);
  if (known === undefined) return standardised(context, call, column, standardiser ?? "scale");
  return finite(context, call, column.map(known));
}

/** As R's `scale`: the divisor of the variance is n − 1. */
function standardised(context: FormulaContext, call: Syntax, column: Column, standardiser: Standardiser): Column {
  const { standardisations } = context.training;
  const key = textOf(call);
  const statistics = standardisations.get(key) ?? statisticsOf(column);
  if (standardiser === "scale" && !(statistics.standardDeviation > 0)) {
    refuseFormula(
      context.source,
      call.at,
      `${key}: the values do not vary`,
      "A standard deviation of 0 cannot scale; leave the term out.",
    );
  }
  standardisations.set(key, statistics);
  const { mean, standardDeviation } = statistics;
  return standardiser === "center" ? column.map((x) => x - mean) : column.map((x) => (x - mean) / standardDeviation);
}

function statisticsOf(column: Column): { mean: number; standardDeviation: number } {
  const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
  const squares = column.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { mean, standardDeviation: Math.sqrt(squares / (column.length - 1)) };
}

function finite(context: FormulaContext, syntax: Syntax, column: Column): Column {
  const row = column.findIndex((x) => !Number.isFinite(x));
  if (row < 0) return column;
  const text = textOf(syntax);
  return refuseColumn(
    context.source,
    syntax.at,
    text,
    `the result is ${column[row]}`,
    "Correct or leave out the row, or use another function.",
    row,
  );
}
