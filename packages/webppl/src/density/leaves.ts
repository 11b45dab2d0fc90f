import type { AdNode, Scalar, Tensor } from "../host/adNodes.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import type { Slot } from "./layout.ts";

/** Makes the values of choices that differentiation begins with, from each slot's `x`. */
export interface Leaves {
  /** A fresh number or, when differentiated, a fresh node. */
  scalar(index: number): Scalar;
  tensor(index: number, dims: readonly number[]): Tensor | AdNode;
  /** Copies the derivatives of the last leaves to the slots' `xGradient`. */
  readGradients(): void;
}

const NONE: readonly never[] = [];

export function createLeaves(host: WebpplHost, slots: readonly Slot[], isDifferentiated: boolean): Leaves {
  const nodes = new Array<AdNode | undefined>(slots.length);
  return {
    scalar(index) {
      const x = slots[index].x[0];
      if (!isDifferentiated) return x;
      const node = new host.ScalarNode(x, NONE, NONE);
      nodes[index] = node;
      return node;
    },
    tensor(index, dims) {
      const tensor = new host.Tensor(dims);
      tensor.data.set(slots[index].x);
      if (!isDifferentiated) return tensor;
      const node = new host.TensorNode(tensor, NONE, NONE);
      nodes[index] = node;
      return node;
    },
    readGradients() {
      for (let i = 0; i < slots.length; i++) {
        const derivative = nodes[i]?.dx;
        if (typeof derivative === "number") slots[i].xGradient[0] = derivative;
        else if (derivative !== undefined) slots[i].xGradient.set(derivative.data);
      }
    },
  };
}
