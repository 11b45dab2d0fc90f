import { htmlReport } from "@poolish/report";
import type { Estimator } from "@poolish/sbi";
import { COMPARISON_COLUMNS } from "./comparisonTable.ts";
import type { CookieData } from "./factories.ts";
import {
  type Analyses,
  lossPicture,
  massPicture,
  poolingPicture,
  predictivePicture,
  tracePicture,
} from "./pictures.ts";

export interface CookieReportOptions {
  readonly chips: Estimator;
  readonly analyses: Analyses;
  readonly data: CookieData;
  readonly locations: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly seed: number;
  readonly footer: string;
}

/** The pooling picture on its own (for the README), and the page that holds all of them. */
export function cookieReport(options: CookieReportOptions): { pooling: string; html: string } {
  const { chips, analyses, data, locations, rows, seed, footer } = options;
  const { hierarchical } = analyses;
  const pooling = poolingPicture(analyses, data, locations);
  const notices = hierarchical.notices();
  const html = htmlReport({
    title: "Cookie factories",
    subtitle: "125 chocolate-chip cookies, five factories, a learned likelihood in a hierarchical model",
    sections: [
      {
        heading: "What pooling does",
        text: "Four factories baked 30 cookies each, the fifth only five. Each rate is estimated for each factory alone, for all cookies as one pool, and in the hierarchical model, where the factories share a mean and a spread that are learned with them.",
        svg: pooling,
      },
      {
        heading: "Against the exact answer",
        text: "The simulator is a Poisson distribution, so the exact posterior is known by quadrature. The model never saw it: its likelihood was learned from 50,000 simulated cookies.",
        table: { columns: COMPARISON_COLUMNS, rows },
        caption: notices.length === 0 ? "All diagnostics are good." : notices.join(" "),
      },
      { heading: "The learned density", svg: massPicture(chips, [2, 6, 9, 15]) },
      { heading: "Prediction", svg: predictivePicture(hierarchical, data, locations, seed) },
      { heading: "Chains", svg: tracePicture(hierarchical) },
      { heading: "Training", svg: lossPicture(chips) },
    ],
    footer,
  });
  return { pooling, html };
}
