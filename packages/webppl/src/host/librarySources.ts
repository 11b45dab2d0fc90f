/** WebPPL files that come with WebPPL or with us: what happens there is no line of the user's program. */
const LIBRARY_SOURCE = /(^|[\\/])(dists|header|nn|poolish)\.wppl$/;

export function isLibrarySource(file: string): boolean {
  return LIBRARY_SOURCE.test(file);
}
