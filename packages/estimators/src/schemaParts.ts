import { z } from "zod";

export const positiveInteger: z.ZodType<number> = z.int().positive();

/** A standard deviation. */
export const scale: z.ZodType<number> = z.number().positive();

export const activation: z.ZodType<"tanh" | "relu" | "gelu" | "silu"> = z.enum(["tanh", "relu", "gelu", "silu"]);

/** A number, whatever `other` accepts, or null: the side is open. See `estimatorToBytes`. */
export function columnBound<T>(other: z.ZodType<T>, open: number): z.ZodType<number | T> {
  return z.union([z.number(), other, z.null().transform(() => open)]);
}
