import type { AskTry, Exchange, ExchangeProtocol, Tried } from "../../model/exchange.js";
import type { NamespaceName } from "../../model/wiring.js";
import { allAnswered, type Check, describe, type Judgement, SILENCE } from "../check.js";
import type { Ground } from "../ground.js";
import { type CheckService, SERVICE_PORT } from "../services.js";

const ALL = ["tcp", "udp", "udp-unconnected"] as const;

/** A question to a Service by its cluster address. */
export const askService = (
  ground: Ground,
  from: NamespaceName,
  service: CheckService,
  to: NamespaceName,
  protocol: ExchangeProtocol,
): AskTry => ({
  kind: "ask",
  from,
  to,
  exchange: exchangeWith(ground.clusterAddress(service), SERVICE_PORT, protocol),
});

/** A short question. */
export const exchangeWith = (address: string, port: number, protocol: ExchangeProtocol): Exchange => ({
  protocol,
  address,
  port,
  sends: 0,
  asks: 0,
  patience: SILENCE,
});

/** As {@link allAnswered}, and each answer came from the address that was asked. */
export function answeredFromService(tried: readonly Tried[]): Judgement {
  const judgement = allAnswered(tried);
  return judgement.works ? (fromElsewhere(tried) ?? judgement) : judgement;
}

/** An answer that came from another address than the one that was asked, which an unconnected socket would take; undefined where there is none. */
function fromElsewhere(tried: readonly Tried[]): Judgement | undefined {
  const stranger = tried.find(
    ({ asked, outcome }) => asked.kind === "ask" && outcome.result === "answered" && outcome.from !== asked.exchange.address,
  );
  if (stranger?.outcome.result !== "answered") return undefined;
  return { works: false, evidence: `${describe(stranger)}; the answer came from ${stranger.outcome.from}` };
}

const reaches = (name: Check["name"], title: string, from: NamespaceName, service: CheckService, to: NamespaceName): Check => ({
  name,
  set: "services",
  title,
  protocols: ALL,
  tries: (ground, protocol) => [askService(ground, from, service, to, protocol)],
  judge: answeredFromService,
});

/** So many questions that two endpoints are told apart from one: of eight by lot all go to one of two in 1 of 128. */
const SEVERAL = 8;
const several = (make: () => AskTry): AskTry[] => Array.from({ length: SEVERAL }, make);

/** Refused, and within the time after which silence is judged. */
export function refused(tried: readonly Tried[]): Judgement {
  const [first] = tried;
  if (first === undefined) return { works: false, evidence: "nothing was tried" };
  return { works: first.outcome.result === "refused" && first.outcome.took <= SILENCE, evidence: describe(first) };
}

/** All by the same one, whichever it is, and from the address that was asked. */
function sameOne(tried: readonly Tried[]): Judgement {
  const names = tried.map(({ outcome }) => (outcome.result === "answered" ? outcome.who : undefined));
  const [first] = tried;
  const silent = tried.find(({ outcome }) => outcome.result !== "answered");
  if (silent !== undefined || first === undefined)
    return { works: false, evidence: silent === undefined ? "nothing was tried" : describe(silent) };
  // Any endpoint is right, so that the one which answered counts as the one that was asked.
  const stranger = fromElsewhere(tried.map((one, place) => ({ ...one, asked: { ...one.asked, to: names[place] ?? one.asked.to } })));
  if (stranger !== undefined) return stranger;
  const counts = [...new Set(names)].map((name) => `${name ?? "nobody"} ${String(names.filter((one) => one === name).length)} times`);
  return { works: new Set(names).size === 1, evidence: `${String(names.length)} new sockets were answered by ${counts.join(", ")}` };
}

/** Checks of cluster addresses. */
export const SERVICE_SET: readonly Check[] = [
  reaches("clusterip-local", "pod to a Service whose pod is on the same node", "pod-a", "local", "pod-a2"),
  reaches("clusterip-across", "pod to a Service whose pod is on another node", "pod-a", "across", "pod-b"),
  reaches("clusterip-from-host-local", "node to a Service whose pod it has itself", "node-a", "local", "pod-a2"),
  reaches("clusterip-from-host-across", "node to a Service whose pod is on another node", "node-a", "across", "pod-b"),
  reaches("hairpin", "pod to itself by its Service", "pod-a", "itself", "pod-a"),
  {
    name: "no-endpoints",
    set: "services",
    title: "a Service without endpoints refuses at once",
    // An unconnected socket does not get the error of an ICMP refusal.
    protocols: ["tcp", "udp"],
    tries: (ground, protocol) => [askService(ground, "pod-a", "empty", "pod-a", protocol)],
    judge: refused,
  },
  {
    name: "endpoint-removed",
    set: "services",
    title: "an endpoint goes: the others answer",
    protocols: ALL,
    // By datagrams the endpoint that answers goes, by TCP the other one: whoever carries the check out asks, removes it, and asks on.
    removes: { tcp: "two", udp: "two-udp", "udp-unconnected": "two-unconnected" },
    tries: (ground, protocol) => [
      askService(ground, "pod-a", protocol === "tcp" ? "two" : protocol === "udp" ? "two-udp" : "two-unconnected", "pod-a2", protocol),
    ],
    judge: allAnswered,
  },
  {
    name: "terminating-endpoint",
    set: "services",
    title: "a terminating endpoint answers where there is no other, and only there",
    protocols: ALL,
    tries: (ground, protocol) => [
      askService(ground, "pod-a", "terminating", "pod-b", protocol),
      ...several(() => askService(ground, "pod-a", "one-terminating", "pod-a2", protocol)),
    ],
    judge: answeredFromService,
  },
  {
    name: "affinity",
    set: "services",
    title: "sessionAffinity: ClientIP: the same pod for each new socket",
    protocols: ALL,
    inOrder: true,
    // The kinds of sockets are tried side by side, and two that ask one port of a Service first at the same moment may be given two pods.
    tries: (ground, protocol) =>
      several(() => askService(ground, "pod-a", protocol === "udp-unconnected" ? "affine-unconnected" : "affine", "pod-a2", protocol)),
    judge: sameOne,
  },
  {
    name: "internal-local-policy",
    set: "services",
    title: "internalTrafficPolicy: Local: only the node's own pod",
    protocols: ALL,
    tries: (ground, protocol) => [
      ...several(() => askService(ground, "pod-a", "internal-local", "pod-a2", protocol)),
      askService(ground, "pod-b", "internal-local", "pod-b", protocol),
    ],
    judge: answeredFromService,
  },
];
