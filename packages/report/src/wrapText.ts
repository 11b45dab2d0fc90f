import { textWidth } from "./textWidth.ts";

const ELLIPSIS = "…";

/** The longest beginning of `text` that fits into `width` pixels, with an ellipsis when something had to go. */
function shorten(text: string, width: number, size: number, isBold: boolean): string {
  if (textWidth(text, size, isBold) <= width) return text;
  const characters = [...text];
  let end = characters.length;
  const shortened = () => characters.slice(0, end).join("").trimEnd() + ELLIPSIS;
  while (end > 0 && textWidth(shortened(), size, isBold) > width) end--;
  return shortened();
}

/**
 * Breaks `text` at white space into at most `maxLines` lines of `width` pixels at font size `size`. A word that is too
 * long, and a last line that would have to hold more, end in an ellipsis. Empty text has no lines.
 */
export function wrapText(
  text: string,
  width: number,
  size: number,
  maxLines: number = Infinity,
  isBold: boolean = false,
): string[] {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const lines: string[] = [];
  let line = "";
  for (const [i, word] of words.entries()) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || textWidth(longer, size, isBold) <= width) {
      line = longer;
    } else if (lines.length === maxLines - 1) {
      return [...lines, shorten([line, ...words.slice(i)].join(" "), width, size, isBold)];
    } else {
      lines.push(shorten(line, width, size, isBold));
      line = word;
    }
  }
  return line === "" ? lines : [...lines, shorten(line, width, size, isBold)];
}
