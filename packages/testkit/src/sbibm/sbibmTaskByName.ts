import { PoolishError } from "@poolish/core";
import { bernoulliGlm, bernoulliGlmRaw } from "./bernoulliGlm.ts";
import { gaussianLinear, gaussianLinearUniform } from "./gaussianLinear.ts";
import { gaussianMixture } from "./gaussianMixture.ts";
import { lotkaVolterra } from "./lotkaVolterra.ts";
import { SBIBM_TASK_NAMES, type SbibmTask, type SbibmTaskName } from "./sbibmTask.ts";
import { sir } from "./sir.ts";
import { slcp } from "./slcp.ts";
import { slcpDistractors } from "./slcpDistractors.ts";
import { twoMoons } from "./twoMoons.ts";

const TASKS: Readonly<Record<SbibmTaskName, () => SbibmTask>> = {
  gaussian_linear: gaussianLinear,
  gaussian_linear_uniform: gaussianLinearUniform,
  gaussian_mixture: gaussianMixture,
  two_moons: twoMoons,
  slcp,
  slcp_distractors: slcpDistractors,
  bernoulli_glm: bernoulliGlm,
  bernoulli_glm_raw: bernoulliGlmRaw,
  sir,
  lotka_volterra: lotkaVolterra,
};

/** A fresh task with buffers of its own (one thread each). @throws PoolishError for a name that sbibm does not have. */
export function sbibmTask(name: string): SbibmTask {
  const known = SBIBM_TASK_NAMES.find((each) => each === name);
  if (known !== undefined) return TASKS[known]();
  throw new PoolishError(`sbibm has no task of this name`, {
    kind: "input",
    field: name,
    remedy: `Choose one of ${SBIBM_TASK_NAMES.join(", ")}.`,
  });
}
