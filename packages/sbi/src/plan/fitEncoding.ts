import { distanceFromBounds, fitColumn, fitConditionScale, fitFeatures, plainTransformFor } from "@poolish/estimators";
import type { Encoding } from "../encodedSimulations.ts";
import { columnOf, type Simulations } from "../simulations.ts";
import { rowsOf } from "./rowsOf.ts";

/** How networks of several layers see the simulations; measured on those of `training` alone. */
export function fitEncoding(simulations: Simulations, training: Int32Array): Encoding {
  const { parameters, columns, conditions, theta, x, conditionValues } = simulations;
  const trainingTheta = rowsOf(theta, parameters.length, training);
  const supports = parameters.map(({ support }) => support);
  const trainingX = rowsOf(x, columns.length, training);
  const parameterNames = parameters.map(({ name }) => name);
  columns.forEach((column, c) => {
    // Held-out simulations too, and with their own rows in the message.
    if (column.kind === "continuous") {
      distanceFromBounds(column, { values: columnOf(x, columns.length, c), theta, parameterNames });
    }
  });
  const known = rowsOf(conditionValues, conditions.length, training);
  return {
    features: fitFeatures(supports, trainingTheta, training.length, plainTransformFor),
    columns: columns.map((column, c) => {
      // A category that only the held-out simulations show is a category all the same.
      const values = columnOf(column.kind === "category" ? x : trainingX, columns.length, c);
      return fitColumn(column, { values, theta: trainingTheta, parameterNames });
    }),
    conditionScales: conditions.map((condition, k) => {
      const values = columnOf(condition.kind === "category" ? conditionValues : known, conditions.length, k);
      return fitConditionScale(condition, values);
    }),
  };
}
