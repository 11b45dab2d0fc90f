/** Every host of JavaScript has this timer; declared here so that this package needs the types of none of them. */
declare function setTimeout(callback: () => void, milliseconds: number): unknown;

/** Lets timers, aborts and progress bars run: resolves in a later turn of the event loop. */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
