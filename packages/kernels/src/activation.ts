/** Activation functions; each maps 0 to 0, so that padding stays 0. `gelu` is the exact form z·Φ(z) (erf, not tanh). */
export type Activation = "tanh" | "relu" | "gelu" | "silu";

/** What may follow a dense layer. */
export type LayerActivation = Activation | "identity";

/** As assembly/activation.ts numbers them. */
export const ACTIVATION_CODES: Readonly<Record<LayerActivation, number>> = {
  identity: 0,
  tanh: 1,
  relu: 2,
  gelu: 3,
  silu: 4,
};

/** Added to a code: the argument becomes the derivative; alone, in gradients: that derivative is given. */
export const SLOPE_CODE = 8;
