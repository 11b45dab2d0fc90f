/** Chip counts of the five cookie factories (examples/factories/data/cookie_chips_data.csv), one list a factory. */
import { readTable } from "../../src/node/readTable.ts";
import { fileURLToPath } from "node:url";

export const cookiesFile: string = fileURLToPath(
  new URL("../../../../examples/factories/data/cookie_chips_data.csv", import.meta.url),
);
export const cookiesByLocation: readonly (readonly number[])[] = [1, 2, 3, 4, 5].map((location) =>
  readTable(cookiesFile)
    .filter((row) => row.location === location)
    .map((row) => Number(row.chips)),
);
