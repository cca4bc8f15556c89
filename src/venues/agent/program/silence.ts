/**
 * What an agent does when it hears nothing: a way that was cut somewhere between podwire and a pod need not close the agent's input.
 * @packageDocumentation
 */

/** What is done after how many milliseconds without a line. */
export interface SilenceLimit {
  readonly after: number;
  readonly act: () => void;
}

/** Starts to listen; the returned function says that a line came. Each limit acts once in a silence. */
export function watchSilence(limits: readonly SilenceLimit[]): () => void {
  let heard = 0;
  const timers = limits.map(({ after, act }) =>
    setTimeout(() => {
      const before = heard;
      // A process that was itself held up may have lines waiting. Timers come before input in a turn of the event loop, immediates after it.
      setImmediate(() => {
        if (heard === before) act();
      });
    }, after),
  );
  return () => {
    heard++;
    for (const timer of timers) timer.refresh();
  };
}
