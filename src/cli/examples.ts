/**
 * Examples shown under each command's help.
 * @packageDocumentation
 */
import type { Command } from "commander";

const EXAMPLES: Readonly<Record<string, readonly (readonly [command: string, what: string])[]>> = {
  podwire: [
    ["podwire lab --quick", "every mode beside the bare host, in a minute"],
    ["podwire lab --html report.html", "the whole measurement, with a report"],
    ["podwire lab plan flannel-vxlan", "how a mode is wired, command by command"],
  ],
  lab: [
    ["podwire lab --quick", "a first answer in a minute"],
    ["podwire lab --modes flannel-vxlan,flannel-host-gw --metrics tcp,http", "two modes, two metrics"],
    ["podwire lab --need services,no-l2", "rank only what can carry Services across routed networks"],
    ["podwire lab --link none --budget 10m --margin 2%", "no capped link, tighter verdicts"],
    ["podwire lab --resume podwire-runs/20260101T120000.123.json", "go on where Ctrl-C stopped it"],
    ["podwire lab --json > summary.json", "for a script"],
  ],
  "lab modes": [
    ["podwire lab modes", "what this kernel can run"],
    ["podwire lab modes --json", "the same for a script"],
  ],
  "lab plan": [
    ["podwire lab plan calico-routed", "the commands and their reasons"],
    ["podwire lab plan gce --nodes 3", "the same for three nodes"],
  ],
  "lab shell": [
    ["podwire lab shell flannel-vxlan pod-a", "look around inside a pod"],
    ["podwire lab shell flannel-vxlan node-a -- iptables-save", "one command in a node"],
    ["podwire lab shell macvlan pod-a -- ping -c 3 198.18.0.102", "one command in a pod"],
  ],
  cluster: [["podwire cluster rbac --namespace podwire | kubectl apply -f -", "an account that may measure, and no more"]],
  "cluster image": [
    ["podwire cluster image --out agent.tar", "the image that `cluster run` asks for, as a file"],
    ["podwire cluster image --arch arm64 --out agent-arm64.tar", "for nodes of another architecture"],
    ["scp agent.tar node-1: && ssh node-1 ctr -n k8s.io image import agent.tar", "bring it to a node"],
  ],
  "cluster inspect": [
    ["podwire cluster inspect", "from the API alone; nothing is created"],
    ["podwire cluster inspect --pods", "with what pods and their nodes show: right for what the API does not say"],
    ["podwire cluster inspect --deep --nodes node-1,node-2", "rulesets, offloads and counters of two nodes as well"],
    ["podwire cluster inspect --json > network.json", "for a script"],
    ["podwire cluster inspect --markdown --anonymize", "for a ticket"],
  ],
  "cluster run": [
    ["podwire cluster run --quick", "a first answer in a minute and a half"],
    ["podwire cluster run --html report.html", "every path and metric, with a report"],
    ["podwire cluster run --nodes worker-1,worker-2 --paths pod-pod,pod-service --metrics tcp,http", "two paths, two metrics, these nodes"],
    ["podwire cluster run --namespace bench --no-host", "with rights in one namespace only"],
    ["podwire cluster run --max-rate 500mbit", "polite: no generator sends more"],
    ["podwire cluster run --quick --deep", "with the nodes' settings, and what was dropped while podwire measured"],
    ["podwire cluster run --quick --json > summary.json", "for a script"],
  ],
  "cluster plan": [
    ["podwire cluster plan", "everything that run would create, with reasons, rights and traffic"],
    ["podwire cluster plan --quick --namespace bench > plan.yaml", "to show it to whoever owns the namespace"],
    ["podwire cluster plan --json", "the same for a script"],
  ],
  "cluster rbac": [
    ["podwire cluster rbac --namespace podwire", "one namespace made beforehand: the recommended roles"],
    ["podwire cluster rbac --namespace-only --namespace bench", "nothing outside of it, and no ratio to the host"],
    ["podwire cluster rbac | kubectl apply -f -", "for runs that make their own namespaces"],
  ],
  "cluster clean": [
    ["podwire cluster clean", "what killed runs left"],
    ["podwire cluster clean --all --context staging", "everything of podwire there, runs under way included"],
    ["podwire cluster clean --namespace bench", "where nothing but one namespace may be listed"],
  ],
  report: [
    ["podwire report podwire-runs/20260101T120000.123.json", "the table again"],
    ["podwire report RUN.json --html report.html", "as one HTML file"],
    ["podwire report RUN.json --markdown --anonymize", "for a ticket"],
  ],
  compare: [
    ["podwire compare before.json after.json", "what changed, and what differs around the runs"],
    ['podwire compare A.json B.json --fail-on "http<0.95A"', "exit code 3 when http lost more than 5 %"],
    ['podwire compare A.json B.json --fail-on "flannel-vxlan:http<0.5" --junit gates.xml', "a gate for one mode, with a report for CI"],
    ["podwire compare lab.json cluster.json", "did the lab predict what the cluster shows, and what differs between them"],
  ],
  import: [
    ["podwire import ticket.txt iperf/*.json", "what is in a ticket and a folder of results"],
    ["kubectl logs -n kube-flannel ds/kube-flannel-ds | podwire import -", "known causes in a log"],
  ],
  completion: [
    ["podwire completion bash > /etc/bash_completion.d/podwire", "for every user of bash"],
    ["podwire completion fish > ~/.config/fish/completions/podwire.fish", "for fish"],
  ],
};

/** The examples of a command as help text, in the name by which the program was called. */
export function helpExamples(command: string): (help: { readonly command: Command }) => string {
  return ({ command: helped }) => {
    const examples = (EXAMPLES[command] ?? []).map(([line, what]) => [inName(line, rootOf(helped).name()), what] as const);
    const width = Math.max(...examples.map(([line]) => line.length));
    return `\nExamples:\n${examples.map(([line, what]) => `  ${line.padEnd(width)}  ${what}`).join("\n")}\n`;
  };
}

/** The program's name where a command of the line begins with it; file names keep theirs. */
const inName = (line: string, name: string): string => line.replaceAll(/(^|\| )podwire (?=[a-z])/g, `$1${name} `);

const rootOf = (command: Command): Command => (command.parent === null ? command : rootOf(command.parent));
