/** Advance widths of the characters U+0020 to U+007E in DejaVu Sans 2.37, in hundredths of the font size. */
const ASCII_WIDTHS = [
  32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84,
  84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63, 61, 73, 68, 99, 69, 61,
  69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59,
  82, 59, 59, 52, 64, 34, 64, 84,
];
/** Latin, Greek and Cyrillic letters beyond ASCII are about this wide; ideographs and symbols fill the square. */
const LETTER_WIDTH = 64;
const SQUARE_WIDTH = 100;
/** Bold is wider by 13 % over English text in DejaVu Sans Bold. */
const BOLD_FACTOR = 1.14;

function characterWidth(codePoint: number): number {
  if (codePoint >= 0x20 && codePoint < 0x7f) return ASCII_WIDTHS[codePoint - 0x20] as number;
  return codePoint < 0x530 ? LETTER_WIDTH : SQUARE_WIDTH;
}

/** Width in pixels of one line of text, without a font: exact for ASCII in DejaVu Sans, above that a fair guess. */
export function textWidth(text: string, size: number, isBold = false): number {
  let hundredths = 0;
  for (const character of text) hundredths += characterWidth(character.codePointAt(0) ?? 0);
  return (hundredths / 100) * size * (isBold ? BOLD_FACTOR : 1);
}
