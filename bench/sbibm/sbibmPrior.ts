import type { SbibmTask } from "@poolish/testkit";

/** Names and supports, as `simulate` takes them. @throws Error for a parameter that is not a number. */
export function sbibmPrior({ parameters }: SbibmTask) {
  return parameters.map(({ name, support }) => {
    if (support.kind === "interval" || support.kind === "integer") return { name, support };
    throw new Error(`${name} is not a number`);
  });
}
