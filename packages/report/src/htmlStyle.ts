/** The style sheet of a report: one column, both colour schemes, print. Pictures stand on white cards in both. */
export const HTML_STYLE = `
:root { color-scheme: light dark; --ink: #1f2328; --muted: #57606a; --rule: #dfe3e8; --page: #ffffff; --link: #0060a8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --muted: #9aa4af; --rule: #363d47; --page: #14181d; --link: #6cb6ff; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 3rem; max-width: 52.5rem; background: var(--page); color: var(--ink);
  font: 1rem/1.55 system-ui, "DejaVu Sans", Helvetica, Arial, sans-serif; overflow-wrap: break-word; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.25; }
h2 { margin: 2.5rem 0 0.75rem; font-size: 1.25rem; line-height: 1.3; }
.subtitle, figcaption, caption, footer { color: var(--muted); }
.subtitle { margin: 0.4rem 0 0; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 1.25rem 0 0; padding: 0; list-style: none; }
a { color: var(--link); }
p { margin: 0 0 0.75rem; max-width: 44rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 0.5rem 0 1rem; font-size: 0.9375rem; font-variant-numeric: tabular-nums; }
caption { padding-bottom: 0.5rem; text-align: left; }
th, td { padding: 0.3rem 1.25rem 0.3rem 0; text-align: left; vertical-align: baseline; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
thead th { border-bottom: 2px solid var(--rule); color: var(--muted); font-weight: 600; }
tbody th { font-weight: 600; }
tbody tr > * { border-bottom: 1px solid var(--rule); }
.number { text-align: right; }
figure { margin: 0.5rem 0 1rem; }
figure .card { overflow-x: auto; border: 1px solid var(--rule); border-radius: 6px; background: #ffffff; }
figure svg { display: block; width: 100%; min-width: 36rem; max-width: 50rem; height: auto; margin: 0 auto; }
figcaption { margin-top: 0.5rem; font-size: 0.9375rem; }
footer { margin-top: 3rem; padding-top: 0.75rem; border-top: 1px solid var(--rule); font-size: 0.875rem; }
@media print {
  :root { color-scheme: light; --ink: #000000; --muted: #444444; --rule: #bbbbbb; --page: #ffffff; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  nav { display: none; }
  h2 { break-after: avoid; }
  figure, tr { break-inside: avoid; }
  figure svg { min-width: 0; max-height: 24cm; }
}
`;
