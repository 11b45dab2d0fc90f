import type { OnProgress } from "@poolish/core";
import type { CompiledModel } from "@poolish/ppl";

/** What a user should know whose model has likelihoods that cannot leave their thread; undefined when it has none. */
export function inlineNotice({ likelihoods }: CompiledModel): string | undefined {
  const names = likelihoods.flatMap((descriptor) => (descriptor.kind === "inline" ? [descriptor.name] : []));
  if (names.length === 0) return undefined;
  const [which, it] = names.length === 1 ? ["likelihood", "it"] : ["likelihoods", "each"];
  return `The ${which} ${names.join(", ")} cannot leave the main thread, so that the chains run there in turn: for threads, export ${it} from a module and return { kind: 'module', url, exportName } from toDescriptor.`;
}

/** Adds `notice` to the words of the first report. */
export function noticeFirst(notice: string, onProgress: OnProgress): OnProgress {
  let isFirst = true;
  return (progress) => {
    const words = progress.message === undefined ? notice : `${progress.message}. ${notice}`;
    onProgress(isFirst ? { ...progress, message: words } : progress);
    isFirst = false;
  };
}
