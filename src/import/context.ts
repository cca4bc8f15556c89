/**
 * Follows the prose and the command lines of a text, so that each output knows what the words above it say.
 * @packageDocumentation
 */
import type { Line, Mention, Surroundings } from "./recogniser.js";
import { excerpt } from "./recogniser.js";
import { type Role, roleOf, subjectOf } from "./words.js";

/** Words further above than this many lines of prose say nothing about an output any more. */
export const REACH = 40;

const COMMAND =
  /(?:^|[$#>%]\s+|^\s*\$?\s*)(?:sudo\s+)?(?:kubectl|docker|nerdctl|crictl|ip netns|nsenter|iperf3?|ping6?|netperf|sockperf|ab|wrk|hey|fortio|qperf|iptables(?:-save)?|busybox|curl)\s+\S/;
const INSIDE_A_POD = /(?:kubectl\s.*?(?:exec|run|debug)|docker\s+(?:exec|run)|nerdctl\s+(?:exec|run)|crictl\s+exec)\s/;
const HOST_NETWORK = /--net(?:work)?[= ]host|hostNetwork["']?:\s*true/;
/** Lines of logs name nodes and pods all the time and say nothing about what was measured. */
const LOG_LINE =
  /^\s*(?:[IWEF]\d{4} \d\d:\d\d|\w{3}\s+\d+ \d\d:\d\d:\d\d \S+ \S+|\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d|time="|\{"|\[\s*\d+\.\d+\]|level=)/;
/** Columns: what `kubectl get` and `ip route` print. */
const TABLE = /\S\s{2,}\S.*\s{2,}\S/;
/** Members of JSON and YAML, and code fences. */
const MARKUP = /^\s*(?:"[^"]*"\s*:|```|[-*=_~#+]{3,}\s*$|(?:- )?[A-Za-z][\w./-]*:\s+[^\d\s]\S*\s*$|[}\])])/;

/** What kind of text a line is. */
export type LineKind = "prose" | "table" | "command" | "other";

/** Tells prose, which may name what was measured, from command lines and from everything else. */
export function kindOf(text: string): LineKind {
  if (COMMAND.test(text)) return "command";
  if (LOG_LINE.test(text) || MARKUP.test(text)) return "other";
  return text.startsWith("|") || TABLE.test(text.trim()) ? "table" : "prose";
}

/** The words above the current line. */
export class Context {
  #role: Mention<Role> | undefined;
  #command: Mention<Role> | undefined;
  #subject: Mention<string> | undefined;
  #roleAge = 0;
  #now: Surroundings = { role: undefined, command: undefined, subject: undefined };

  /** What holds for the current line. */
  now(): Surroundings {
    return this.#now;
  }

  /** Takes a line that no tool printed. */
  take(line: Line, kind: LineKind): void {
    if (line.text.trim() === "") return;
    if (kind === "command") this.#takeCommand(line);
    else this.#takeProse(line, kind);
    this.#now = { role: this.#role, command: this.#command, subject: this.#subject };
  }

  #takeCommand(line: Line): void {
    const role: Role | undefined = HOST_NETWORK.test(line.text) ? "host" : INSIDE_A_POD.test(line.text) ? "pod" : undefined;
    this.#command = role === undefined ? undefined : { what: role, line: line.number, text: excerpt(line.text) };
  }

  #takeProse(line: Line, kind: LineKind): void {
    const role = kind === "prose" ? roleOf(line.text) : undefined;
    this.#roleAge += 1;
    if (role !== undefined) {
      this.#role = { what: role, line: line.number, text: excerpt(line.text) };
      this.#command = undefined;
      this.#roleAge = 0;
    } else if (this.#roleAge > REACH) this.#role = undefined;
    const subject = kind === "prose" ? subjectOf(line.text) : undefined;
    if (subject !== undefined) this.#subject = { what: subject, line: line.number, text: excerpt(line.text) };
  }
}
