/**
 * Shares of the hosts' figure that people state without the numbers behind them.
 * @packageDocumentation
 */
import { sharesIn } from "../../quantities/shares.js";
import { excerpt, type Line, type Sink } from "../../recogniser.js";
import { modeOf, modeWords } from "../../where/modes.js";
import { metricOfShare } from "./stated-metric.js";

/** Hands over the shares of a line, and tells of those that are ranges or bounds; true where there is one. */
export function readShares(line: Line, sink: Sink, tell: (why: string) => void): boolean {
  let found = false;
  for (const sentence of line.text.split(/[;；。]|(?<=\p{L}|%)\.\s|,\s(?:and|und|y|et|e|и)\s(?=.*%)(?<=%.*)/u)) {
    let from = 0;
    for (const { ratio, doubt, at } of sharesIn(sentence)) {
      found = true;
      if (ratio === undefined) tell(doubt ?? "no share");
      else
        giveShare(
          line,
          aboutShare(sentence.slice(from, at), sentence, line.text),
          ratio,
          modeWords(sentence.slice(0, at)).at(-1)?.subject ?? modeOf(line.text),
          sink,
        );
      from = at;
    }
  }
  return found;
}

/** Texts that may say what a share is of; the rest of a line does not where it holds a share of its own. */
function aboutShare(part: string, sentence: string, line: string): readonly string[] {
  const shares = (text: string): number => text.match(/[%％]/gu)?.length ?? 0;
  // "92 % of the host's, UDP only 60 %": what one share is of, the other need not be.
  if (shares(sentence) > 1) return [part];
  return shares(sentence) === shares(line) ? [part, sentence, line] : [part, sentence];
}

function giveShare(line: Line, about: readonly string[], ratio: number, subject: string | undefined, sink: Sink): void {
  sink.share({
    ratio,
    metric: metricOfShare(about),
    line: line.number,
    text: excerpt(line.text),
    subject: subject === undefined ? sink.surroundings().subject : { what: subject, line: line.number, text: excerpt(line.text) },
  });
}
