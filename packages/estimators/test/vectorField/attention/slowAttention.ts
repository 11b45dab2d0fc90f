import { NUM_ANGLE_FEATURES, writeAngleFeatures } from "../../../src/vectorField/angleFeatures.ts";
import type { VectorFieldSpec } from "../../../src/vectorField/vectorFieldSpec.ts";
import { blockOf } from "../../support/attentionField.ts";

type Token = readonly number[];

/** The network of one term, as its definition says it, token by token in float64. */
export function slowTurn(
  spec: VectorFieldSpec,
  weights: Float32Array,
  features: readonly number[],
  u: readonly number[],
  angle: number,
  conditions: readonly number[],
): number[] {
  const { width, numBlocks, numHeads, patch } = spec.attention ?? { width: 0, numBlocks: 0, numHeads: 1, patch: 1 };
  const block = (name: string): Float32Array => blockOf(spec, weights, `field.${name}`);
  const rowOf = (name: string, i: number): number[] => Array.from(block(name).subarray(i * width, (i + 1) * width));
  const angleFeatures = new Float32Array(NUM_ANGLE_FEATURES);
  writeAngleFeatures(angle, angleFeatures, 0);
  const shared = [...angleFeatures, ...conditions];
  const numRowTokens = Math.ceil(features.length / patch);
  let tokens: Token[] = Array.from({ length: numRowTokens }, (_, t) =>
    features.reduce<number[]>(
      (sum, feature, f) => (Math.floor(f / patch) === t ? add(sum, times(feature, rowOf("row.value", f))) : sum),
      rowOf("row.identity", t),
    ),
  );
  u.forEach((value, d) => {
    const own = add(times(value, rowOf("column.value", d)), rowOf("column.identity", d));
    tokens.push(shared.reduce<number[]>((sum, each, k) => add(sum, times(each, rowOf("column.shared", k))), own));
  });
  for (let k = 0; k < numBlocks; k++) {
    const dense = (name: string, x: Token): number[] => {
      const bias = block(`block.${k}.${name}.bias`);
      const matrix = block(`block.${k}.${name}.weight`);
      return Array.from(bias, (b, o) => x.reduce((sum, each, i) => sum + each * matrix[i * bias.length + o], b));
    };
    const asked = tokens.map((token) => dense("attend", normalized(token)));
    tokens = tokens.map((token, i) => {
      // A row's token sees the row's alone.
      const seen = i < numRowTokens ? asked.slice(0, numRowTokens) : asked;
      const heads = Array.from({ length: numHeads }, (_, h) => oneHead(asked[i], seen, width, h, width / numHeads));
      const middle = add(token, dense("mix", heads.flat()));
      const hidden = dense("expand", middle).map((a) => a / (1 + Math.exp(-a)));
      return add(middle, dense("contract", hidden));
    });
  }
  const readout = block("readout.weight");
  return tokens
    .slice(numRowTokens)
    .map((token) => token.reduce((sum, each, c) => sum + each * readout[c], block("readout.bias")[0]));
}

function oneHead(asking: Token, seen: readonly Token[], width: number, h: number, size: number): number[] {
  const part = (token: Token, from: number): number[] => token.slice(from + h * size, from + (h + 1) * size);
  const query = part(asking, 0);
  const scores = seen.map((token) =>
    Math.exp(part(token, width).reduce((sum, key, c) => sum + key * query[c], 0) / Math.sqrt(size)),
  );
  const total = scores.reduce((sum, score) => sum + score, 0);
  return seen.reduce<number[]>(
    (sum, token, j) => add(sum, times(scores[j] / total, part(token, 2 * width))),
    new Array<number>(size).fill(0),
  );
}

function normalized(token: Token): number[] {
  const square = token.reduce((sum, each) => sum + (each * each) / token.length, 0);
  return times(1 / Math.sqrt(square + 1e-6), token);
}

function add(a: Token, b: Token): number[] {
  return a.map((each, i) => each + b[i]);
}

function times(factor: number, a: Token): number[] {
  return a.map((each) => factor * each);
}
