import type { AdNode, Scalar, ScalarNode, Tensor } from "../host/adNodes.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import type { TapeRecorder } from "../tape/tapeRecorder.ts";
import type { Slot } from "./layout.ts";

/** Makes the values of choices that differentiation begins with, from each slot's `x`. */
export interface Leaves {
  /** A fresh number or, when differentiated, a fresh node. */
  scalar(index: number): Scalar;
  tensor(index: number, dims: readonly number[]): Tensor | AdNode;
  /** A number or a node for each element of x. */
  elements(index: number): readonly Scalar[];
  /** Copies the derivatives of the last leaves to the slots' `xGradient`. */
  readGradients(): void;
}

const NONE: readonly never[] = [];

export function createLeaves(
  host: WebpplHost,
  slots: readonly Slot[],
  isDifferentiated: boolean,
  recorder?: TapeRecorder,
): Leaves {
  const nodes = new Array<AdNode | undefined>(slots.length);
  const nodesOfElements = new Map<number, readonly ScalarNode[]>();
  return {
    scalar(index) {
      const x = slots[index].x[0];
      if (!isDifferentiated) return x;
      const node = new host.ScalarNode(x, NONE, NONE);
      nodes[index] = node;
      recorder?.choice(node, slots[index].offset);
      return node;
    },
    tensor(index, dims) {
      const tensor = new host.Tensor(dims);
      tensor.data.set(slots[index].x);
      if (!isDifferentiated) return tensor;
      const node = new host.TensorNode(tensor, NONE, NONE);
      nodes[index] = node;
      recorder?.choices(node, slots[index].offset);
      return node;
    },
    elements(index) {
      const { x, offset } = slots[index];
      if (!isDifferentiated) return Array.from(x);
      const elements = Array.from(x, (value) => new host.ScalarNode(value, NONE, NONE));
      if (recorder !== undefined) for (let i = 0; i < elements.length; i++) recorder.choice(elements[i], offset + i);
      nodesOfElements.set(index, elements);
      return elements;
    },
    readGradients() {
      for (let i = 0; i < slots.length; i++) {
        const derivative = nodes[i]?.dx;
        if (typeof derivative === "number") slots[i].xGradient[0] = derivative;
        else if (derivative !== undefined) slots[i].xGradient.set(derivative.data);
      }
      for (const [index, elements] of nodesOfElements) {
        for (let i = 0; i < elements.length; i++) slots[index].xGradient[i] = elements[i].dx;
      }
    },
  };
}
