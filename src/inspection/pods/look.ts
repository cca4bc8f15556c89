/**
 * What is asked inside pods: a few commands that need no rights, and where their answers go.
 * @packageDocumentation
 */

/** A pod that can be asked. */
export interface AskedPod {
  /** Its name within the run, e.g. `host-a`. */
  readonly id: string;
  readonly node: string;
  /** Whether it shares its node's network. */
  readonly network: "host" | "pod";
  readonly address: string;
  /** Its node's address. */
  readonly hostAddress: string;
  /** By what policies may select it; absent where that is not known. */
  readonly selectable?: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> };
}

/** What a command printed, or why there is nothing. */
export type Answer = { readonly printed: string } | { readonly problem: string };

/** A pod with its answers, by the command as it is written. */
export interface Look extends AskedPod {
  readonly answers: Readonly<Record<string, Answer>>;
}

/** A command in a pod. */
export interface Question {
  readonly argv: readonly [string, ...string[]];
  /** "to ...". */
  readonly why: string;
}

export const LINKS: Question = { argv: ["ip", "-json", "-details", "link"], why: "to see what kind of link the pod hangs on, and its MTU" };
export const ADDRESSES: Question = { argv: ["ip", "-json", "address"], why: "to see which addresses belong to which link" };
export const ROUTES: Question = { argv: ["ip", "-json", "route", "show", "table", "all"], why: "to see where packets go" };

/** Asks a port of the node itself: prints the status and the text of the answer, or `none` and why. */
const local = (url: string, why: string): Question => ({
  argv: [
    "node",
    "--eval",
    `fetch("${url}",{signal:AbortSignal.timeout(2000)}).then(async(answer)=>{console.log(answer.status,await answer.text())},(error)=>{console.log("none",error.cause?.code??error.message)})`,
  ],
  why,
});

/** kube-proxy says its mode on a port of the node itself (k8s.io/kubernetes cmd/kube-proxy: --metrics-bind-address, by default 127.0.0.1:10249). */
export const PROXY_MODE = local("http://127.0.0.1:10249/proxyMode", "to hear kube-proxy's mode from its local port");
/** kube-router answers on a port of its own where it runs (cloudnativelabs/kube-router pkg/options: --health-port, by default 20244). */
export const KUBE_ROUTER_HEALTH = local("http://127.0.0.1:20244/healthz", "to see whether kube-router runs, from its local port");
const LOCAL_PORTS: readonly Question[] = [PROXY_MODE, KUBE_ROUTER_HEALTH];

/** Asks the kernel which way it would send to an address, and how much at once: what path-MTU discovery has taught it is in the answer. */
export const routeTo = (address: string): Question => ({
  argv: ["ip", "-json", "route", "get", address],
  why: "to see which way packets to it are sent, and how large they may be",
});

/** Everything that is asked in a pod, given all pods of the look. */
export function questionsFor(pod: AskedPod, all: readonly AskedPod[]): readonly Question[] {
  const inside = [LINKS, ADDRESSES, ROUTES];
  const others = all.filter(({ node }) => node !== pod.node);
  if (pod.network === "pod")
    return [...inside, ...others.filter(({ network }) => network === "pod").map(({ address }) => routeTo(address))];
  return [...inside, ...LOCAL_PORTS, ...others.map(({ address }) => routeTo(address))];
}

/** A command as text: the key of its answer and how evidence names it. */
export const written = ({ argv }: Question): string => argv.join(" ");

/** How evidence names where something was read. */
export const from = (look: AskedPod, question: Question): string =>
  `\`${/"(http:[^"]*)"/.exec(question.argv.at(-1) ?? "")?.[1] ?? written(question)}\` in ${look.id} on ${look.node}`;

/** Answers by the command as it is written. */
export type Answers = Readonly<Record<string, Answer>>;

/** What a command printed; undefined where it was not asked or failed. */
export function printedOf(answers: Answers, question: Question): string | undefined {
  const answer = answers[written(question)];
  return answer !== undefined && "printed" in answer ? answer.printed : undefined;
}

/** What the command printed in the pod; undefined where it was not asked or failed. */
export const printed = (look: Look, question: Question): string | undefined => printedOf(look.answers, question);

/** Something that could not be determined. */
export interface Unseen {
  readonly why: string;
  /** The kernel did answer, and leads nowhere. */
  readonly refused?: true;
  /** Where a refusal was read. */
  readonly from?: string;
}
