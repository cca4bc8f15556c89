/**
 * Command lines: what a line runs, and in which network it runs it. A heading may begin with a tool's name and is none.
 * @packageDocumentation
 */

/** Where a command runs; `undefined` where it does not say so. */
export type CommandPlace = "host" | "pod" | undefined;

/** A target that no network carries. */
const LOOPBACK = /(?:\s|\/\/|@|=)(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)(?=[:/\s'"]|$)/i;

/** A command line. */
export interface Command {
  readonly place: CommandPlace;
  /** Set where it measures over loopback. */
  readonly loopback: boolean;
  /** What a comment behind it says: `netperf -H 192.0.2.4   # host to host`. */
  readonly comment: string;
  /** Set where it opens a shell in which the next commands run. */
  readonly opensShell: boolean;
  /** Set where it leaves such a shell. */
  readonly closesShell: boolean;
  /** What stands before it, e.g. `me@laptop:~$`; empty without one. */
  readonly prompt: string;
  /** Set where it starts a server only: its place is that of one end. */
  readonly server: boolean;
  /** Options that make another condition of what it prints. */
  readonly conditions: Readonly<Record<string, string>>;
  /** Message sizes that a sweep goes through, in order. */
  readonly sweep: readonly string[];
}

const KUBECTL = "(?:(?:microk8s[. ]|k3s |minikube )?kubectl|k|oc|kubecolor)";
const ENGINE = "(?:docker(?:[ -]compose)?|podman|nerdctl|ctr|crictl|lxc)";
const TOOL =
  "(?:iperf3?|ping6?|netperf|sockperf|ab|wrk2?|hey|fortio|qperf|iptables(?:-save)?|busybox|curl|wget|ethtool|speedtest(?:-cli)?|nuttcp|siege|uperf)";
const STARTER = "(?:(?:sudo|time|taskset\\s+-c\\s+\\S+|numactl\\s+\\S+|timeout\\s+\\S+|watch|for\\s.*;\\s*do)\\s+)*";
const BARE = new RegExp(
  `^${STARTER}(?:qperf\\s+\\S+\\s+(?:-|tcp_|udp_)|${KUBECTL}\\s+(?:-\\S+\\s+(?:\\S+\\s+)?)*?(?:exec|rsh|run|debug|get|apply|logs|create|describe|delete|attach|cp|port-forward|top)(?=\\s+(?!(?:into|in|the|an?|to|inside|on|from|and)\\b))|${ENGINE}\\s+(?:-\\S+\\s+)*(?:exec|run|ps|inspect|start|network)(?=\\s+(?!(?:into|in|the|an?|to|inside|on|from|and)\\b))|ip\\s+netns\\s+exec\\s|nsenter\\s+-|ssh\\s+\\S+\\s+\\S|${TOOL}(?:\\s+-|\\s+[\\w.-]+\\s+-(?![->\\s])|\\s+(?:https?:\\/\\/|\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d|[\\da-f]+:[\\da-f:]+)|\\s+(?:pp|ping-pong|ul|under-load|tp|throughput|sr|server|load|client)\\s+-)|cilium\\s+connectivity\\s)`,
  "iu",
);
const PROMPTED = new RegExp(
  `^(?:[^\\s|]{0,60}[@:~/\\]][^|]{0,60}?|\\(?[\\w.-]{0,40}\\)?\\s?)?[$#>%❯➜]\\s*${STARTER}(?:${KUBECTL}|${ENGINE}|ip\\s+netns|nsenter|ssh|cilium|${TOOL})\\s+(?!on\\b|in\\b|between\\b|from\\b|to\\b|results?\\b|tests?\\b|and\\b|auf\\b|zwischen\\b|entre\\b|latency\\b|throughput\\b|inside\\b|outside\\b|output\\b|without\\b|with\\b)[\\w./-]`,
  "iu",
);
const ANY_TOOL = new RegExp(`(?:${KUBECTL}|${ENGINE}|netns|nsenter|ssh|cilium|${TOOL})[\\s.]`, "iu");

const HOST_NETWORK = /--net(?:work)?[= ]["']?host|hostNetwork["'\\]*\s?[:=]\s?["']?true/i;
const ON_A_NODE = new RegExp(`(?:${KUBECTL})\\s.*?debug\\s+nodes?/|nsenter\\s.*?(?:-t|--target)[ =]?1\\s`, "iu");
const INSIDE = new RegExp(
  `(?:^|[\\s;&|'"(])(?:${KUBECTL}\\s+(?:-\\S+\\s+(?:\\S+\\s+)?)*?(?:exec|rsh|run|debug|attach|logs)|${ENGINE}\\s+(?:-\\S+\\s+)*(?:exec|run|logs)|ip\\s+netns\\s+exec|nsenter)\\s`,
  "iu",
);
const HOST_NAMED = /\b(?:exec|run|logs)\s(?:-\S+\s+)*\S*(?:host-?net|hostnetwork|host-client|host-server)/i;
const SHELL = /\s(?:\/bin\/|\/usr\/bin\/)?(?:ba|a|z)?sh\s*$|\srsh\s+(?:-\S+\s+)*\S+\s*$/;
const LEAVING = /^(?:[^\s|]{0,60}\s?[$#>%]\s*)?(?:exit|logout)\s*$/;
const PROMPT = /^(?:[^|'"]{0,60}?[\w)\]~/])?\s?[$#>%❯➜](?=\s)/;
const NAMESPACE_OF_HOST = /netns\s+exec\s+(?:host|node|root|default|qrouter|ovnmeta)/i;

/** Agents that run on the network of their node, and containers that are nodes themselves (kind, k3d): such a command does not say which. */
const IN_A_NODE =
  /\bexec\s.*?(?:kube-(?:proxy|apiserver|flannel|router|ovn-cni)|calico-node|canal-|cilium-(?:agent|[a-z\d]{5}\b)|etcd-|weave-net|antrea-agent|kindnet|ovnkube-node|node-exporter|metallb-speaker)|(?:docker|podman|nerdctl)\s.*?\bexec\s.*?\b(?:kind-|k3d-|minikube|[\w-]*control-plane|[\w-]+-(?:worker|agent)\d*(?=\s))/i;

/** Reads a command line; undefined for any other line. */
export function readCommand(line: string): Command | undefined {
  if (line !== last.line) last = { line, command: ANY_TOOL.test(line) || LEAVING.test(line) ? commandOf(line) : undefined };
  return last.command;
}

/** A line is asked about twice in a row. */
let last: { readonly line: string; readonly command: Command | undefined } = { line: "", command: undefined };

/** `ping 192.0.2.7   # between hosts`, `hey http://web (in a pod)` */
const COMMENT =
  /\S\s+#\s+(\p{L}.{2,80})$|\s\(((?:in|inside|from|on|between|within|outside|pod|host|node|auf|im|aus|en|dans|sur)\s[^()]{2,60})\)$|\s((?:from|inside|within|in|on)\s(?:an?|the|one|another)\s[\p{L}\s()-]{2,60})$/u;

function commandOf(line: string): Command | undefined {
  const text = line
    .trim()
    .replace(/^(?:[-*•]\s+)?`+\s*/, "")
    .replace(/`+\s*$/, "")
    .replace(/^[➜❯]\s+(?:[~\w./-]+\s+)?(?:git:\(\S+\)\s*(?:✗\s*)?)?(?=\w)/u, "$ ");
  const closesShell = LEAVING.test(text);
  if (!closesShell && !BARE.test(text) && !PROMPTED.test(text)) return undefined;
  return {
    closesShell,
    prompt: PROMPT.exec(text)?.[0].trim() ?? "",
    place: placeOfCommand(text),
    loopback: LOOPBACK.test(text) && new RegExp(`${TOOL}\\s`, "i").test(text),
    comment:
      COMMENT.exec(text)
        ?.slice(1)
        .find((one) => (one as string | undefined) !== undefined) ?? "",
    opensShell: INSIDE.test(` ${text}`) && SHELL.test(text),
    server: /\b(?:iperf3?|sockperf|netserver|qperf)\s+(?:-s\b|-sD\b|sr\b|server\b|$)|\bnetserver\b|\bqperf\s*$/.test(text),
    conditions: conditionsOf(text),
    sweep: sweepOf(text),
  };
}

function placeOfCommand(text: string): CommandPlace {
  if (HOST_NETWORK.test(text) || ON_A_NODE.test(text) || HOST_NAMED.test(text)) return "host";
  if (NAMESPACE_OF_HOST.test(text) || IN_A_NODE.test(text)) return undefined;
  return INSIDE.test(` ${text}`) ? "pod" : undefined;
}

/** Options whose values make another condition; a tool's own output tells streams and connections better. */
const OPTIONS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["streams", /\biperf3?\s.*?(?:-P|--parallel)\s?(\d+)/],
  ["window", /\biperf3?\s.*?-w\s?(\S+)/],
  ["message size", /\biperf3?\s.*?(?:-l|--len)\s?(\d\S*)/],
  ["mss", /\biperf3?\s.*?(?:-M|--set-mss)\s?(\d+)/],
  ["asked rate", /\biperf3?\s.*?(?:-b|--bandwidth|--bitrate)[\s=]?(\d\S*)/],
  ["congestion control", /\biperf3?\s.*?(?:-C|--congestion)\s(\S+)/],
  ["zero copy", /\biperf3?\s.*?\s(-Z)\b/],
  ["message size", /\bqperf\s.*?msg_size:(\d+\w*)(?![\w:]*:)/],
  ["message size", /\bnetperf\s.*?\s--\s.*?-m\s?(\d+\w*)/],
  ["request/response", /\bnetperf\s.*?\s--\s.*?-r\s?(\S+)/],
];

function conditionsOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    OPTIONS.flatMap(([name, pattern]) => {
      const value = pattern.exec(text)?.[1];
      if (value === undefined) return [];
      const said = name === "asked rate" ? askedRate(value) : value;
      // `-b 0` asks for as much as there is, as iperf3 does by itself for TCP.
      return said === "0 bit/s" ? [] : [[name, said]];
    }),
  );
}

/** `-b 50M` as bit/s: iperf3's JSON has the number. */
export function askedRate(text: string): string {
  const match = /^(\d+(?:\.\d+)?)([kmg]?)/i.exec(text);
  return match === null ? text : `${String(Number(match[1]) * 1000 ** " kmg".indexOf((match[2] ?? "").toLowerCase() || " "))} bit/s`;
}

/** `-oo msg_size:1:4:*2` is 1, 2, 4; `+100` adds. */
function sweepOf(text: string): readonly string[] {
  const match = /msg_size:(\d+)(k|m)?i?b?:(\d+)(k|m)?i?b?:([*+])(\d+)/i.exec(text);
  if (match === null) return [];
  const size = (number: string | undefined, unit: string | undefined): number =>
    Number(number) * (unit === undefined ? 1 : unit.toLowerCase() === "k" ? 1000 : 1e6);
  const [from, to, step] = [size(match[1], match[2]), size(match[3], match[4]), Number(match[6])];
  const sizes: string[] = [];
  for (
    let at = from;
    at <= to && sizes.length < 64 && (match[5] === "+" ? step > 0 : step > 1);
    at = match[5] === "+" ? at + step : at * step
  )
    sizes.push(String(at));
  return sizes;
}
