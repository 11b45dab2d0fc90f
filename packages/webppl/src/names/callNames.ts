import { isSyntaxTree, type SyntaxTree, walkSyntaxTree } from "../host/syntaxTree.ts";

/** What the text around a call says about its value. */
export type CallName =
  /** `var mu = call()`, `{ mu: call() }` or `globalStore.mu = call()` */
  | { readonly kind: "named"; readonly name: string }
  /** `return call()`: whoever called the function names the value. */
  | { readonly kind: "returned" };

/** The names that a source text gives to the values of its calls, by "line:column" of the call. */
export function callNames(tree: SyntaxTree): ReadonlyMap<string, CallName> {
  const names = new Map<string, CallName>();
  walkSyntaxTree(tree, (node, parent) => {
    if (node.type !== "CallExpression" || node.loc === undefined) return;
    const name = nameBy(parent, node);
    if (name !== undefined) names.set(`${node.loc.start.line}:${node.loc.start.column}`, name);
  });
  return names;
}

function nameBy(parent: SyntaxTree, call: SyntaxTree): CallName | undefined {
  if (parent.type === "VariableDeclarator" && parent.init === call) return named(parent.id);
  if (parent.type === "Property" && parent.value === call) return named(parent.key);
  if (parent.type === "AssignmentExpression" && parent.right === call && isSyntaxTree(parent.left)) {
    return named(parent.left.type === "MemberExpression" ? parent.left.property : parent.left);
  }
  return parent.type === "ReturnStatement" ? { kind: "returned" } : undefined;
}

/** An identifier's name or a literal's value. */
function named(key: unknown): CallName | undefined {
  if (!isSyntaxTree(key)) return undefined;
  const name = key.type === "Identifier" ? key.name : key.value;
  return name === undefined ? undefined : { kind: "named", name: String(name) };
}
