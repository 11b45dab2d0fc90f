import type { Scalar } from "./adNodes.ts";
import type { Distribution } from "./distribution.ts";
import type { WebpplHost } from "./webpplHost.ts";

/** What a kernel density estimate keeps. */
interface Kde extends Distribution {
  readonly params: { readonly data: readonly unknown[]; readonly width: unknown };
  readonly kernel: { score(center: unknown, width: unknown, value: unknown): Scalar };
}

/**
 * Lets WebPPL's `KDE` be differentiated: its last step, - log n, is written in plain arithmetic, which makes NaN of an
 * AD value. On numbers the repaired score is the same to the bit.
 */
export function repairKde({ dists, numeric, ad }: WebpplHost): void {
  (dists.KDE as { readonly prototype: Kde }).prototype.score = function (this: Kde, value: unknown): Scalar {
    const { data, width } = this.params;
    let sum: Scalar = -Infinity;
    for (const center of data) sum = numeric.logaddexp(sum, this.kernel.score(center, width, value));
    return ad.scalar.sub(sum, Math.log(data.length));
  };
}
