export interface SourcePosition {
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 0. */
  readonly column: number;
}

/** A node of an ESTree syntax tree: a type and any number of children. */
export interface SyntaxTree {
  readonly type: string;
  readonly loc?: { readonly start: SourcePosition; readonly end: SourcePosition };
  readonly [child: string]: unknown;
}

export function isSyntaxTree(value: unknown): value is SyntaxTree {
  return typeof value === "object" && value !== null && typeof (value as Partial<SyntaxTree>).type === "string";
}

/** Calls `visit` for each node below `tree` with its parent, parents first. */
export function walkSyntaxTree(tree: SyntaxTree, visit: (node: SyntaxTree, parent: SyntaxTree) => void): void {
  for (const child of Object.values(tree)) {
    for (const node of Array.isArray(child) ? child : [child]) {
      if (!isSyntaxTree(node)) continue;
      visit(node, tree);
      walkSyntaxTree(node, visit);
    }
  }
}
