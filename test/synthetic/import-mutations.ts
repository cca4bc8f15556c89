/**
 * Changes of a text that keep its meaning: what mail, forums, editors and people do to what they pass on.
 */

/** A change with its name. */
export interface Mutation {
  readonly name: string;
  readonly apply: (text: string) => string;
}

const lines = (text: string, change: (line: string, index: number, all: readonly string[]) => string): string =>
  text.split("\n").map(change).join("\n");

/** Words in capitals or small letters, never the units beside a number, nor what a tool printed. */
function recased(text: string, how: (word: string) => string): string {
  return lines(text, (line) =>
    PRINTED.test(line) || COMMAND.test(line) || line.includes("|")
      ? line
      : line.replaceAll(/(?<![\p{L}\d/.])\p{L}{2,}(?![\p{L}\d/])/gu, (word) => (UNIT.test(word) ? word : how(word))),
  );
}

const PRINTED =
  /^\s*(?:Connecting to |sockperf:|\[ *[\d*SUM]+\]|\d+ bytes from|rtt |---|\w[\w ]+:\s+[\d.]+|\s*\w+\s+=|\d+%|-A |Chain |target |100 |\d{2}th|Percentile|Percentage|Scenario|pod-to-pod|host-to-host|Latency|Microseconds|Thread|Requests|Socket|Transfer|\d+ (?:threads|requests|packets)|tcp_|bw |latency|Retrieving|BenchmarkB|20\d\d-|kubelet|flanneld|POD_TO|HOST_TO|[\d.\s]+$|\s*%|\s*Dload|Running|\s*(?:Recv|Socket|Size|bytes)\s|MIGRATED|NAME\s|elm\d|\s*\d+\.\d+-\d+\.\d+ sec)/;
const COMMAND = /^\s*(?:[$#] |[\w.-]+@[\w.-]+:\S*[$#] |\/ # |k |kubectl |bash-)/;
const UNIT = /^(?:[kmgt]?i?b(?:it|yte)?s?|[kmgt]?bps|sec|[qrp]ps|us|ms|[kmg]?req|pps|kpps|mpps|qps|flannel|no|us|s)$/iu;

/** Blocks of tool output: runs of lines that a tool printed. */
function fenced(text: string): string {
  const out: string[] = [];
  let open = false;
  for (const line of text.split("\n")) {
    const printed = PRINTED.test(line) || COMMAND.test(line);
    if (printed !== open && (printed || line.trim() !== "")) {
      out.push("```");
      open = printed;
    }
    out.push(line);
  }
  if (open) out.push("```");
  return out.join("\n");
}

/** Every change. */
export const MUTATIONS: readonly Mutation[] = [
  { name: "quoted", apply: (text) => lines(text, (line) => `> ${line}`) },
  { name: "quoted twice", apply: (text) => lines(text, (line) => `> > ${line}`) },
  { name: "more blank lines between blocks", apply: (text) => text.replaceAll(/\n\n+/g, "\n\n\n\n") },
  { name: "blanks at the ends of lines", apply: (text) => lines(text, (line) => (line === "" ? line : `${line}  `)) },
  { name: "Windows line ends", apply: (text) => text.replaceAll("\n", "\r\n") },
  {
    name: "entities",
    apply: (text) =>
      text
        .replaceAll("&#37;", "%")
        .replaceAll(/&(?![a-z]+;)/g, "&amp;")
        .replaceAll("%", "&#37;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll("µ", "&micro;")
        .replaceAll("±", "&plusmn;"),
  },
  { name: "fences around tool output", apply: fenced },
  { name: "capitals", apply: (text) => recased(text, (word) => word.toUpperCase()) },
  { name: "small letters", apply: (text) => recased(text, (word) => word.toLowerCase()) },
];
