import { expect, test } from "vitest";
import { lintProgram } from "../../src/lint/lintProgram.ts";
import type { ForeignNames } from "../../src/lint/mixedCalls.ts";
import { host } from "../support/webpplProgram.ts";

const foreign: ForeignNames = {
  isFunction: (name) => ["parseInt", "isNaN", "Number"].includes(name),
  isMethod: (object, property) => object === "_" || (object === "Math" && property === "exp"),
};

function lint(code: string): void {
  lintProgram(host.parse(code, { loc: true }), foreign);
}

/** What it is, a program with it, its line, and a word of the message. */
const BROKEN: readonly (readonly [string, string, number, RegExp])[] = [
  ["an arrow function", "var a = 1;\nvar f = x => x;\nf(a)", 2, /arrow functions/],
  ["for", "var a = 1;\n\nfor (var i = 0; i < 3; i++) { a }", 3, /loops/],
  ["for … of", "for (var x of [1]) { x }", 1, /loops/],
  ["while", "var a = 1;\nwhile (true) { a }", 2, /loops/],
  ["do … while", "do { 1 } while (true)", 1, /loops/],
  ["a template", "var s = 3;\nvar t = `x`;\nt", 2, /template/],
  ["+=", "var x = 1;\nx += 2;\nx", 2, /globalStore\.x/],
  ["=", "var x = 1;\nx = 2", 2, /variables never change/],
  ["++", "var x = 1;\nx++", 2, /\+\+/],
  ["a property", "var o = { a: 1 };\no.b = 3", 2, /assignment to a property/],
  ["a class", "var a = 1;\nclass A {}\na", 2, /classes/],
  ["spread", "var f = function(x) { return x };\nf(...[1])", 2, /spread/],
  ["rest", "var f = function(...xs) { return xs };\nf(1)", 1, /rest parameters/],
  ["a default", "var f = function(a, b = 2) { return a };\nf(1)", 1, /default values/],
  ["an object pattern", "var o = { a: 1 };\nvar { a } = o;\na", 2, /destructuring/],
  ["an array pattern", "var [a] = [1];\na", 1, /destructuring/],
  ["try", "try { 1 } catch (e) { 2 }", 1, /exceptions/],
  ["throw", "var a = 1;\nthrow a", 2, /exceptions/],
  ["new", "var a = 1;\nnew Date()", 2, /new is not part/],
  ["a declaration", "var a = 1;\nfunction f() { return a }\nf()", 2, /function declarations/],
  ["switch", "switch (1) { case 1: 2 }", 1, /switch/],
  ["no value", "var x;\n3", 1, /without a value/],
  ["this", "var a = 1;\nthis.x", 2, /this is not part/],
  ["a computed name", "var k = 'a';\nvar o = { [k]: 1 };\no", 2, /computed names/],
  ["a getter", "var o = { get a() { return 1 } };\no.a", 1, /getters/],
  ["a generator", "var g = function*() { yield 1 };\ng", 1, /generators/],
  ["a comma", "var a = 1;\n(a, 2)", 2, /comma/],
  ["**", "var a = 2;\na ** 3", 2, /Math\.pow/],
  ["if without braces at the end", "var a = true;\nif (a) 3; else 4", 2, /braces/],
  ["lodash with a function", "var xs = [1];\n_.map(xs, function(x) { return x })", 2, /JavaScript and cannot call/],
  ["an array method", "var f = function(x) { return x };\n[1].map(f)", 2, /JavaScript and cannot call/],
  ["a bare function", "var a = '3';\nparseInt(a)", 2, /write _\.parseInt/],
  ["another name for a function", "var f = _.parseInt;\nf('3')", 2, /write _\.parseInt/],
  ["a function for map", "var xs = [1];\nmap(Math.exp, xs)", 2, /wrap it/],
  ["a method", "var o = { f: function(x) { return x } };\no.f(3)", 2, /var f = o\.f/],
];

test.each(BROKEN)("%s is named with its line", (_, code, line, words) => {
  expect(() => lint(code)).toThrow(words);
  expect(() => lint(code)).toThrow(new RegExp(`(^|\\n)line ${line}: `));
});

test("several mistakes are named in the order of their lines, without end they are not", () => {
  const code = Array.from({ length: 7 }, () => "var f = x => x;").join("\n");
  expect(() => lint(code)).toThrow(/^line 1: [^\n]*\nline 2: [^\n]*\n(line \d: [^\n]*\n){3}… and 2 more/);
});

test("what WebPPL can do is left alone", () => {
  const code = `
    var parse = function(x) { return _.parseInt(x) };
    let a = 3; const b = { a, f: function(x) { return x }, g(x) { return x } };
    globalStore.n = 0;
    globalStore.n += 1;
    var f = b.f;
    var parseInt = function(x) { return x };
    var ys = map(function(y) { return Math.exp(y) + f(parseInt(y)) }, [1, 2]);
    if (a > 1) { parse('3') } else if (a > 0) { isFinite } else { ys }`;
  expect(() => lint(code)).not.toThrow();
});
