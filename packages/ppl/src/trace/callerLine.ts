const OWN_FILE = /^(.*\/)ppl\/(?:src|dist)\/trace\/callerLine\.[jt]s/;
const OWN_PACKAGE = /^[\w-]+\/(?:src|dist)\//;
/** Frames of V8 ("    at define (file:///model.ts:12:5)") and of Firefox and Safari ("define@http://…:12:5"). */
const FRAME = /^(?:\s+at (?:async )?(?:[^(]*\((?=.*\)$))?|[^@/\s]*@)(.*[\\/].*):(\d+):(\d+)\)?$/;

/**
 * The line of the user's code (file:line:column) from which `error` came: the first frame of its stack outside of these
 * packages. Undefined where the host gives no stack, and in bundles, which mix our code with the user's.
 */
export function callerLine(error: Error): string | undefined {
  // A bundle for CommonJS has no import.meta.url.
  const { url } = import.meta as { readonly url?: string };
  const home = url === undefined ? undefined : OWN_FILE.exec(plainPath(url))?.[1];
  if (home === undefined || error.stack === undefined) return undefined;
  for (const line of error.stack.split("\n")) {
    const [, file, row, column] = FRAME.exec(line) ?? [];
    if (file === undefined || /^node:/.test(file)) continue;
    const path = plainPath(file);
    const isOurs = path.startsWith(home) && OWN_PACKAGE.test(path.slice(home.length));
    if (!isOurs) return `${path}:${row}:${column}`;
  }
  return undefined;
}

/** A path with slashes, whether it was a file URL, a URL with a query, or a Windows path. */
function plainPath(file: string): string {
  const path = file
    .replace(/^file:\/\/(?=\/)/, "")
    .replace(/^\/(?=[A-Za-z]:)/, "")
    .replaceAll("\\", "/");
  return path.replace(/\?.*$/, "");
}
