import { PoolishError } from "@poolish/core";

/** The PoolishError that `action` throws or rejects with. @throws Error when there is none, or it is another error. */
export async function caughtError(action: () => unknown): Promise<PoolishError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof PoolishError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
