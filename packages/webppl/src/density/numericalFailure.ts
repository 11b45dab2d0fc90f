const EXPECTED =
  /^Parameter ".*" should be of type|^The score argument is not a number|^The covariance matrix is not positive definite/;

/**
 * WebPPL's words for a parameter that left its range or a score that is not a number: somewhere in the parameter space
 * this is expected, and a sampler takes it for a rejection. Without the full stop; undefined for every other error.
 */
export function numericalFailure(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const isExpected = EXPECTED.test(error.message);
  return isExpected ? error.message.replace(/\.$/, "") : undefined;
}
