import type { Scalar, ScalarNode } from "./adNodes.ts";
import type { Distribution } from "./distribution.ts";
import type { WebpplHost } from "./webpplHost.ts";

/** What a kernel density estimate keeps. */
interface Kde extends Distribution {
  readonly params: { readonly data: readonly unknown[]; readonly width: unknown };
  readonly kernel: { score(center: unknown, width: unknown, value: unknown): Scalar };
}

/**
 * Lets WebPPL's `KDE` be differentiated: its last step, - log n, is written in plain arithmetic, which makes NaN of an
 * AD value. On numbers the repaired score is the same to the bit; of a random number it is one node.
 */
export function repairKde(host: WebpplHost): void {
  const { dists, numeric, ad } = host;
  function score(kde: Kde, value: unknown): Scalar {
    const { data, width } = kde.params;
    let sum: Scalar = -Infinity;
    for (const center of data) sum = numeric.logaddexp(sum, kde.kernel.score(center, width, value));
    return ad.scalar.sub(sum, Math.log(data.length));
  }
  (dists.KDE as { readonly prototype: Kde }).prototype.score = function (this: Kde, value: unknown): Scalar {
    const isScalar = ad.isLifted(value) && typeof value.x === "number";
    return isScalar ? scalarNode(host, this, value as ScalarNode, Number(score(this, value.x))) : score(this, value);
  };
}

/** The derivative of log Σ exp(-½ ((x - c) / w)²): the mean pull of the centres, each weighted by its density at x. */
function scalarNode(host: WebpplHost, { params }: Kde, node: ScalarNode, value: number): ScalarNode {
  const width = Number(params.width);
  return new host.ScalarNode(value, [node], [node], function () {
    let weights = 0;
    let pull = 0;
    const largest = largestExponent(params.data, width, node.x);
    for (const center of params.data) {
      const z = (node.x - Number(center)) / width;
      const weight = Math.exp(-0.5 * z * z - largest);
      weights += weight;
      pull -= (weight * z) / width;
    }
    node.dx += (this.dx * pull) / weights;
  });
}

function largestExponent(data: readonly unknown[], width: number, x: number): number {
  let largest = -Infinity;
  for (const center of data) largest = Math.max(largest, -0.5 * ((x - Number(center)) / width) ** 2);
  return largest;
}
