import type { AdNode, Scalar, ScalarNode, ScalarNodeConstructor } from "../host/adNodes.ts";

/**
 * Adds up the terms of one log-density and remembers which nodes they depend on. Derivatives that are known at once
 * are put straight into the nodes' `dx`, so a whole likelihood costs no tape of its own: walking back starts from one
 * root whose parents are all of these nodes.
 */
export interface LogDensitySum {
  readonly total: number;
  /** Forgets everything: the start of a run. */
  clear(): void;
  /** Adds a term; a node takes part in differentiation. */
  add(term: Scalar): void;
  /** Declares that the sum, beyond its terms, has the derivative `partial` with respect to `node`. */
  addPartial(node: ScalarNode, partial: number): void;
  /** Fills `dx` of every node that the sum depends on. Call it once a run. */
  backpropagate(): void;
}

export function logDensitySum(ScalarNode: ScalarNodeConstructor): LogDensitySum {
  let total = 0;
  let roots: AdNode[] = [];
  return {
    get total() {
      return total;
    },
    clear() {
      total = 0;
      roots = [];
    },
    add(term) {
      if (typeof term === "number") {
        total += term;
        return;
      }
      total += term.x;
      term.dx += 1;
      roots.push(term);
    },
    addPartial(node, partial) {
      node.dx += partial;
      roots.push(node);
    },
    backpropagate() {
      if (roots.length > 0) new ScalarNode(total, roots, roots).backprop();
    },
  };
}
