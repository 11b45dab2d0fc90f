import { isSyntaxTree, type SyntaxTree, walkSyntaxTree } from "../host/syntaxTree.ts";

/** What the program itself says about its names, scopes aside. */
export interface DeclaredNames {
  /** Variables and parameters. */
  readonly all: ReadonlySet<string>;
  /** Variables that are functions wherever they are declared. */
  readonly functions: ReadonlySet<string>;
  /** Variables that are, wherever they are declared, a property of something: [object, property] by name. */
  readonly properties: ReadonlyMap<string, readonly [object: string, property: string]>;
  /** "object.property" for properties that hold functions of the program, of variables that are declared once. */
  readonly methods: ReadonlySet<string>;
}

export function declaredNames(tree: SyntaxTree): DeclaredNames {
  const values = new Map<string, SyntaxTree[]>();
  const parameters = new Set<string>();
  walkSyntaxTree(tree, (node) => {
    if (node.type === "VariableDeclarator" && isSyntaxTree(node.id) && isSyntaxTree(node.init)) {
      const name = String(node.id.name);
      values.set(name, [...(values.get(name) ?? []), node.init]);
    }
    if (node.type === "FunctionExpression") for (const name of parameterNames(node)) parameters.add(name);
  });
  const own = [...values].filter(([name]) => !parameters.has(name));
  const functions = own.filter(([, inits]) => inits.every(({ type }) => type === "FunctionExpression"));
  const methods = own.flatMap(([name, inits]) => (inits.length === 1 ? methodsOf(name, inits[0]) : []));
  return {
    all: new Set([...values.keys(), ...parameters]),
    functions: new Set(functions.map(([name]) => name)),
    properties: new Map(own.flatMap(([name, inits]) => (inits.length === 1 ? propertyOf(name, inits[0]) : []))),
    methods: new Set(methods),
  };
}

function propertyOf(
  name: string,
  { type, object, property, computed }: SyntaxTree,
): readonly (readonly [string, readonly [string, string]])[] {
  if (type !== "MemberExpression" || computed === true) return [];
  if (!isSyntaxTree(object) || object.type !== "Identifier" || !isSyntaxTree(property)) return [];
  return [[name, [String(object.name), String(property.name)]]];
}

function parameterNames({ params }: SyntaxTree): readonly string[] {
  return Array.isArray(params) ? params.filter(isSyntaxTree).map(({ name }) => String(name)) : [];
}

function methodsOf(name: string, { type, properties }: SyntaxTree): readonly string[] {
  if (type !== "ObjectExpression" || !Array.isArray(properties)) return [];
  return properties
    .filter(isSyntaxTree)
    .filter(({ value }) => isSyntaxTree(value) && value.type === "FunctionExpression")
    .map(({ key }) => `${name}.${isSyntaxTree(key) ? String(key.name ?? key.value) : ""}`);
}
