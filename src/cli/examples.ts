/**
 * Examples shown under each command's help.
 * @packageDocumentation
 */
import type { Command } from "commander";

/** A command line, and what it is for. */
type Example = readonly [line: string, what: string];

const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  podwire: [
    ["podwire lab --quick", "every mode beside the bare host, in a minute"],
    ["podwire lab --html report.html", "the whole measurement, with a report"],
    ["podwire lab plan flannel-vxlan", "how a mode is wired, command by command"],
  ],
  lab: [
    ["podwire lab --quick", "a first answer in a minute"],
    ["podwire lab --modes flannel-vxlan,flannel-host-gw --metrics tcp,http", "two modes, two metrics"],
    ["podwire lab --need services,no-l2", "rank only what can carry Services across routed networks"],
    ["podwire lab --quick --services 1000 --need services", "which way of carrying Services keeps them all, and how close it comes"],
    ["podwire lab --services 0,1000,10000 --proxy iptables,nftables", "how fast each way of carrying Services is, by their number"],
    ["podwire lab --link none --budget 10m --margin 2%", "no capped link, tighter verdicts"],
    ["podwire lab --resume podwire-runs/20260101T120000.123.json", "go on where Ctrl-C stopped it"],
    ["podwire lab --json > summary.json", "for a script"],
  ],
  "lab modes": [
    ["podwire lab modes", "what this kernel can run"],
    ["podwire lab modes --json", "the same for a script"],
  ],
  "lab conformance": [
    ["podwire lab conformance", "what works on every mode of this kernel"],
    ["podwire lab conformance --modes macvlan,gce --full", "two modes, with the evidence of each cell"],
    ["podwire lab conformance --json", "the same for a script"],
  ],
  "lab layers": [
    ["podwire lab layers", "what can be put on a mode, and on which"],
    ["podwire lab --modes flannel-host-gw+kube-proxy-nftables:10000", "measure a mode with 10,000 Services"],
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
  tune: [
    ["podwire tune plan", "what could be changed here, why, and how it is undone"],
    ["podwire tune apply --only somaxconn,tcp-buffers", "two changes"],
    ["podwire tune undo", "as it was"],
  ],
  "tune plan": [
    ["podwire tune plan", "what low risk allows"],
    ["podwire tune plan --max-risk high", "everything, and the way out of netfilter"],
    ["podwire lab shell flannel-vxlan node-a -- podwire tune plan", "a node of the lab"],
  ],
  "tune apply": [
    ["podwire tune apply --only net.core.somaxconn", "the change that sets this value"],
    ["podwire tune apply --only mtu --max-risk medium --confirm-within 60s", "taken back by itself unless you answer yes"],
  ],
  "tune auto": [
    ["podwire tune auto --lab flannel-vxlan --metric http", "what would make HTTP faster on this mode, measured"],
    ["podwire tune auto --lab flannel-vxlan+fault.offloads-off --metric tcp-open", "finds a planted fault and cures it"],
    ["podwire lab shell flannel-vxlan node-a -- podwire tune auto", "a node of a lab that stays open: what is kept stays there"],
  ],
  "tune verify": [["podwire tune verify && echo as made", "for a script"]],
  "tune status": [
    ["podwire tune status", "what was made here, and whether it stands"],
    ["podwire tune status --json", "the same for a script"],
  ],
  "tune undo": [
    ["podwire tune undo", "everything"],
    ["podwire tune undo --only offload-gro", "one change"],
  ],
  "lab path": [
    ["podwire lab path flannel-vxlan", "every hop of a packet from pod to pod"],
    ["podwire lab path flannel-host-gw+kube-proxy-iptables:100 --path pod-service", "to a Service, with the rules that it meets"],
    ["podwire lab path docker-nat --json", "the same for a script"],
  ],
  experiment: [["podwire experiment irq", "does it help to spread received packets over the CPUs?"]],
  "experiment irq": [
    ["podwire experiment irq", "one queue, several and RPS, with one worker and with two"],
    ["podwire experiment irq --modes flannel-vxlan,calico-routed --budget 3m", "on two modes, in the same rounds"],
    ["podwire experiment irq --queues one,rps --workers 1 --json", "for a script"],
  ],
  "experiment rules": [
    ["podwire experiment rules", "what a rule costs here, kept for `podwire rules --packet`"],
    ["podwire experiment rules --out rule-costs.json", "the same without root's rights to the machine's own place"],
  ],
  rules: [
    ["podwire rules live", "who wrote this machine's rules, and what is odd about them"],
    ["iptables-save | podwire rules -", "the same of saved ones"],
    ['podwire rules saved.txt --packet "tcp 10.1.1.2:3333 > 10.96.0.10:80 in cni0"', "which rules a packet meets"],
    ['(iptables-save; ipset save) | podwire rules - --packet "udp 10.1.1.2:9 > 10.1.2.3:53 in cali1 forward"', "with IP sets"],
    [
      'nft -j list ruleset | podwire rules - --packet "udp 10.1.1.2:53 > 10.96.0.10:53 in cni0 forward" --json',
      "the same of nftables, for a script",
    ],
  ],
  render: [
    ["podwire render --list", "the targets, and how their documents were checked"],
    ["podwire render flannel-host-gw --for flannel --cluster cluster.yaml", "flannel's own files, printed"],
    ["podwire render flannel-vxlan --for networkd --nodes nodes.yaml --cluster cluster.yaml --out network", "a folder for each node"],
    [
      "kubectl get nodes -o json | podwire render gce --for cni --nodes - --out network",
      "for the nodes of a cluster, with the PodCIDRs that they have",
    ],
    [
      "podwire render flannel-host-gw --for networkd --nodes nodes.yaml --cluster cluster.yaml --out network --diff",
      "what that would change in the folder, and the safe order",
    ],
    ["podwire render flannel-host-gw --for flannel --cluster cluster.yaml --diff", "what that would change in the live cluster"],
    ["podwire render tuning.json --for tunings --nodes nodes.yaml --out network", "make permanent what `podwire tune auto --json` kept"],
    [
      "podwire render flannel-vxlan --for cloud-init --nodes nodes.yaml --cluster cluster.yaml --tuning tuning.json --out network",
      "a whole worker with what `podwire tune auto --json` kept",
    ],
    ["podwire render podwire-runs/20260101T120000.123.json --for cni --nodes nodes.yaml --cluster cluster.yaml", "what a run recommends"],
  ],
  cluster: [["podwire cluster rbac --namespace podwire | kubectl apply -f -", "an account that may measure, and no more"]],
  "cluster image": [
    ["podwire cluster image --out agent.tar", "the image that `cluster run` asks for, as a file"],
    ["podwire cluster image --arch arm64 --out agent-arm64.tar", "for nodes of another architecture"],
    ["scp agent.tar node-1: && ssh node-1 ctr -n k8s.io image import agent.tar", "bring it to a node"],
  ],
  "cluster path": [
    ["podwire cluster path", "every hop of a packet from a pod to a pod on another node"],
    ["podwire cluster path --path pod-service --nodes node-1,node-2", "to a Service, with the rules that it meets"],
    ["podwire cluster path --json", "the same for a script"],
  ],
  "cluster conformance": [
    ["podwire cluster conformance", "what works in the cluster, beside what is expected of its network"],
    ["podwire cluster conformance --checks services,nodeport-outside --full", "some of it, with the evidence of each cell"],
    ["podwire cluster conformance --deep --html conformance.html", "with the rule that ended the packets of what does not work"],
    ["podwire cluster conformance --namespace bench --no-host", "with rights in one namespace only"],
    ["podwire cluster conformance --json", "for a script"],
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
    ["podwire cluster run --quick --services 0,1000,5000", "the cost of a path to a Service by the number of Services"],
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
    ["podwire report podwire-runs/20260101T120000.123.json", "the screen again"],
    ["podwire report RUN.json --need services,nodeport-outside", "ranked again, by the cells that the run has"],
    ["podwire report RUN.json --full", "everything: every interval, verdict, doubt and reason"],
    ["podwire report RUN.json --open", "the HTML report, on your desktop"],
    ["podwire report RUN.json --html report.html", "as one HTML file"],
    ["podwire report RUN.json --markdown --anonymize", "for a ticket"],
  ],
  explain: [
    ["podwire explain flannel-vxlan", "where the loss of its HTTP requests comes from"],
    ["podwire explain calico-routed --metric http,tcp-open --html explain.html", "two metrics, with drawn waterfalls"],
    ["podwire explain flannel-host-gw+kube-proxy-iptables:10000", "with 10,000 Services"],
    ["podwire explain podwire-runs/RUN.json --quick", "of what a run recommends, in 45 seconds"],
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
  schema: [
    ["podwire schema", "which formats there are"],
    ["podwire schema run > run.schema.json", "for a validator or an editor"],
  ],
  completion: [
    ["podwire completion bash > /etc/bash_completion.d/podwire", "for every user of bash"],
    ["podwire completion fish > ~/.config/fish/completions/podwire.fish", "for fish"],
  ],
};

/** The examples of a command, by its words after `podwire`; `podwire` itself by that name. */
export const examplesOf = (command: string): readonly Example[] => EXAMPLES[command] ?? [];

/** The examples of a command as help text, in the name by which the program was called. */
export function helpExamples(command: string): (help: { readonly command: Command }) => string {
  return ({ command: helped }) => {
    const examples = examplesOf(command).map(([line, what]) => [inName(line, rootOf(helped).name()), what] as const);
    const width = Math.max(...examples.map(([line]) => line.length));
    return `\nExamples:\n${examples.map(([line, what]) => `  ${line.padEnd(width)}  ${what}`).join("\n")}\n`;
  };
}

/** The program's name where a command of the line begins with it; file names keep theirs. */
const inName = (line: string, name: string): string => line.replaceAll(/(^|\| )podwire (?=[a-z])/g, `$1${name} `);

const rootOf = (command: Command): Command => (command.parent === null ? command : rootOf(command.parent));
