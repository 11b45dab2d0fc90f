/** What XML 1.0 forbids (production 2, Char), with unpaired surrogates. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;

/** `text` with U+FFFD for every character that no XML may hold. */
export function xmlText(text: string): string {
  return text.replace(NOT_XML, "\ufffd");
}

/** `text` as it may stand in SVG or HTML, in an element or in a quoted attribute; see `xmlText`. */
export function escapeMarkup(text: string): string {
  return xmlText(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
