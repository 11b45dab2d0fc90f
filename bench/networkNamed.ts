/** The network of a vector field that a flag names. @throws Error for others. */
export function networkNamed(name: string): "mlp" | "attention" {
  if (name === "mlp" || name === "attention") return name;
  throw new Error(`there is no network ${name}: pass mlp or attention`);
}
