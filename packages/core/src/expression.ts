/**
 * A value of a model that is not known yet: a node of a tape. The package `ppl` makes and reads them; every other
 * package only passes them on. Distributions accept an expression wherever they accept a number.
 */
export interface Expression {
  readonly isExpression: true;
}

/**
 * A parameter of a distribution: a number, one known number for each trial or group, or a model's value that will be
 * known when the model is evaluated.
 */
export type Argument = number | ArrayLike<number> | Expression;

export function isExpression(value: unknown): value is Expression {
  return typeof value === "object" && value !== null && (value as Partial<Expression>).isExpression === true;
}
