/**
 * One line of standard input, for a question that may go without an answer.
 * @packageDocumentation
 */

/** The next line without its end; undefined where the input ends, or the signal is aborted, before there is one. */
export async function nextInputLine(signal: AbortSignal): Promise<string | undefined> {
  const { stdin } = process;
  let text = "";
  return new Promise((resolve) => {
    const finish = (line: string | undefined): void => {
      stdin.off("data", take).off("end", none).off("error", none);
      signal.removeEventListener("abort", none);
      stdin.pause();
      // An input that stays open must not keep the process.
      holding(stdin)?.unref();
      resolve(line);
    };
    const none = (): void => {
      finish(undefined);
    };
    const take = (chunk: string): void => {
      text += chunk;
      const end = text.indexOf("\n");
      if (end < 0) return;
      finish(text.slice(0, end).replace(/\r$/, ""));
      // Only then: what is put back is given to whoever listens.
      if (end + 1 < text.length) stdin.unshift(text.slice(end + 1));
    };
    holding(stdin)?.ref();
    stdin.setEncoding("utf8").on("data", take).once("end", none).once("error", none);
    signal.addEventListener("abort", none, { once: true });
    // A stream that was paused stays so, whoever listens.
    stdin.resume();
    if (signal.aborted || stdin.readableEnded) none();
  });
}

/** What can keep the process: a pipe or a terminal; a file cannot. */
const holding = (stdin: object): { ref(): unknown; unref(): unknown } | undefined =>
  "ref" in stdin && "unref" in stdin ? (stdin as { ref(): unknown; unref(): unknown }) : undefined;
