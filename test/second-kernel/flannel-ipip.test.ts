/**
 * flannel-ipip, whose tunnel this machine's kernel may lack, made under a second kernel by whoever reads the rendered documents: flanneld 0.28.10 itself from
 * net-conf.json, iproute2 and systemd-networkd from theirs. What stands then is the lab's wiring, and packets cross it. flanneld has its network and its leases
 * from etcd: there is no room for an API server.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { type AskedPod, type Look, questionsFor, written } from "../../src/inspection/pods/look.js";
import { modeOfWiring, wiringOf } from "../../src/inspection/pods/wiring.js";
import type { Step, Wiring } from "../../src/model/wiring.js";
import { nodeAddress, podAddress, podGateway } from "../../src/modes/parts/addresses.js";
import { resolveVariant } from "../../src/variants/variant.js";
import { ensureComponents } from "../cluster/components.mjs";
import { findGo } from "../cluster/go-programs.mjs";
import { checkedDocument, documentText, ROUTED } from "../render/checked-documents.js";
import { testChecker } from "../render/complaints.js";
import { COMPLAINT, configured, NETWORKD_ENVIRONMENT, START_NETWORKD, unitsOf } from "../render/networkd-words.js";
import { rendered, textOf } from "../synthetic/rendered.js";
import { built, crossing, inside, logOf, untilSaid } from "./scripts.js";
import { missingSecondKernel, runUnderSecondKernel, type SecondKernelRun } from "./user-mode-linux.js";

const MODE = "flannel-ipip";
const DEVICE = "flannel.ipip";
const MTU = 1480;
const WIRING = resolveVariant(MODE).wire({ nodes: 2, mtu: 1500 });
const CROSSINGS = Object.values(WIRING.paths).map(crossing);
const missing = await missingSecondKernel();
const go = await findGo();
const BUILD_MS = 15 * 60_000;
/** flanneld calls iptables a hundred times, which takes this kernel most of a minute. */
const LIMIT_MS = 10 * 60_000;

const ofTunnel = (step: Step): boolean =>
  ("name" in step && step.name === DEVICE) ||
  ("device" in step && step.device === DEVICE) ||
  (step.kind === "route" && step.options.includes(DEVICE));
const without = (gone: (step: Step) => boolean): Wiring => ({ ...WIRING, steps: WIRING.steps.filter((step) => !gone(step)) });
/** The lab's, but for what is to make the rest. */
const WITHOUT_TUNNEL = built(MODE, without(ofTunnel));
const WITHOUT_FLANNEL = built(
  MODE,
  without((step) => ofTunnel(step) || step.kind === "ruleset"),
);

/** A line for the test to read. */
const say = (name: string, what: string, words: string): string => `echo "SEEN ${name} ${what} "${words} >&3`;
const saidIn = (run: SecondKernelRun, name: string, what: string): readonly string[] =>
  [...run.console.matchAll(/^SEEN (\S+) (\S+) (.*?)\r?$/gm)].flatMap((found) =>
    found[1] === name && found[2] === what ? [found[3] ?? ""] : [],
  );

/** Says what there is of flannel on node-a. */
const sayAll = (name: string): string => {
  const node = inside("node-a");
  const shown = (what: string): string => say(name, "json", `"$(${node} ip -j ${what} show dev ${DEVICE})"`);
  // All tables at once come in the order in which they were first used.
  const rules = ["filter", "nat"].map((table) => `${node} iptables-save -t ${table} | grep FLANNEL | sed "s/^/SEEN ${name} rule /" >&3`);
  return [...["-d link", "-4 address", "route"].map(shown), ...rules].join("\n");
};

interface Shown {
  readonly mtu?: number;
  readonly txqlen?: number;
  readonly linkinfo?: { readonly info_kind: string; readonly info_data: Readonly<Record<string, unknown>> };
  readonly addr_info?: readonly { readonly local: string; readonly prefixlen: number }[];
  readonly dst?: string;
  readonly gateway?: string;
  readonly flags?: readonly string[];
}

/** What a script has said of node-a, without what differs by who wrote it: routes' protocols, the lab's congestion control. */
const standing = (run: SecondKernelRun, name: string) => {
  const [[link = {}] = [], [device = {}] = [], routes = []] = saidIn(run, name, "json").map((text) => JSON.parse(text) as readonly Shown[]);
  return {
    link: { mtu: link.mtu, flags: link.flags, kind: link.linkinfo?.info_kind, tunnel: link.linkinfo?.info_data },
    addresses: device.addr_info?.map(({ local, prefixlen }) => `${local}/${String(prefixlen)}`),
    routes: routes.map(({ dst, gateway, flags }) => ({ dst, gateway, flags })),
    rules: saidIn(run, name, "rule"),
  };
};
const queueOf = (run: SecondKernelRun, name: string): unknown =>
  (JSON.parse(saidIn(run, name, "json")[0] ?? "[]") as readonly Shown[])[0]?.txqlen;

/** Nodes and pods as an inspection asks them, but for ports on which no one listens here. */
const ASKED: readonly AskedPod[] = ["a", "b"].flatMap((letter, index) => {
  const host = { node: `node-${letter}`, hostAddress: nodeAddress(index) };
  return [
    { ...host, id: host.node, network: "host" as const, address: host.hostAddress },
    { ...host, id: `pod-${letter}`, network: "pod" as const, address: podAddress(index) },
  ];
});
const questionsIn = (pod: AskedPod): readonly (readonly [what: string, question: string])[] =>
  questionsFor(pod, ASKED).flatMap((question, index) =>
    question.argv[0] === "ip" ? [[`${pod.id}-${String(index)}`, written(question)]] : [],
  );
const sayAnswers = ASKED.flatMap((pod) =>
  questionsIn(pod).map(([what, question]) => say("asked", what, `"$(${inside(pod.id)} ${question} | base64 -w 0)"`)),
);
const looksIn = (run: SecondKernelRun): readonly Look[] =>
  ASKED.map((pod) => ({
    ...pod,
    answers: Object.fromEntries(
      questionsIn(pod).map(([what, question]) => [
        question,
        { printed: Buffer.from(saidIn(run, "asked", what)[0] ?? "", "base64").toString() },
      ]),
    ),
  }));

const LAB = [built(MODE, WIRING), sayAll("lab"), ""].join("\n");
const ended = (run: SecondKernelRun, name: string): unknown => ({ result: run.results[name], log: logOf(run, name) });
const OK = { result: "ok", log: "" };

/** Runs a rendered script on a node. */
const onNode = (node: string, script: string): string => {
  const text = textOf(rendered(MODE, "iproute2", ROUTED), `${node}/${script}`);
  return `${inside(node)} sh -s <<'END_OF_SCRIPT'\n${text}END_OF_SCRIPT`;
};

describe.skipIf(missing !== undefined)(`its documents for nodes${missing === undefined ? "" : ` (${missing})`}`, () => {
  let run: SecondKernelRun;
  beforeAll(async () => {
    const iproute2 = [
      ...[WITHOUT_TUNNEL, onNode("node-a", "podwire-network.sh"), onNode("node-b", "podwire-network.sh")],
      ...[sayAll("iproute2"), ...CROSSINGS],
      onNode("node-a", "podwire-network-back.sh"),
      `if ${inside("node-a")} ip link show dev ${DEVICE}; then exit 1; fi`,
      "",
    ];
    const networkd = [
      ...[WITHOUT_TUNNEL, `${inside("node-a")} ip address flush dev eth0`],
      ...[onNode("node-b", "podwire-network.sh"), ...networkdOn("node-a")],
      ...[sayAll("networkd"), ...CROSSINGS, "kill $networkd", "wait $networkd || true", ""],
    ];
    run = await runUnderSecondKernel({ lab: LAB, iproute2: iproute2.join("\n"), networkd: networkd.join("\n") }, { limitMs: LIMIT_MS });
  }, LIMIT_MS);

  test("iproute2 makes the lab's tunnel of them, and packets cross it", () => {
    expect(ended(run, "iproute2")).toEqual(OK);
    expect(standing(run, "iproute2")).toEqual(standing(run, "lab"));
    expect(queueOf(run, "iproute2")).toBe(queueOf(run, "lab"));
  });

  test("systemd-networkd makes it too, for IPv4 alone where flannel's and the lab's would carry MPLS", () => {
    const { link, ...rest } = standing(run, "lab");
    expect(ended(run, "networkd")).toEqual(OK);
    expect(standing(run, "networkd")).toEqual({ ...rest, link: { ...link, tunnel: { ...link.tunnel, proto: "ipip" } } });
  });

  test("networkd has nothing against its files", () => {
    const log = saidIn(run, "networkd", "log");
    expect(log.length).toBeGreaterThan(0);
    expect(log.filter((line) => COMPLAINT.test(line))).toEqual([]);
  });
});

/** systemd-networkd on a node, with the rendered files where it looks for them at run time. */
function networkdOn(node: string): readonly string[] {
  const put = ([path, text]: readonly [string, string]): string => {
    const place = `/run/systemd/${path}`;
    return `mkdir -p ${place.replace(/\/[^/]*$/, "")}\ncat > ${place} <<'END_OF_FILE'\n${text}END_OF_FILE`;
  };
  const environment = Object.entries(NETWORKD_ENVIRONMENT).map(([name, value]) => `${name}=${value}`);
  const log = "/run/networkd.log";
  return [
    ...[...unitsOf(rendered(MODE, "networkd", ROUTED), node)].map(put),
    `env ${environment.join(" ")} ${inside(node)} unshare --mount sh -c '${START_NETWORKD}' > ${log} 2>&1 &`,
    "networkd=$!",
    ...["eth0", DEVICE].map((card) => untilSaid(configured(card), log, "$networkd")),
    `sed "s/^/SEEN networkd log /" ${log} >&3`,
    `kill -0 $networkd || { tail -n 20 ${log}; exit 1; }`,
  ];
}

describe.skipIf(missing !== undefined || typeof go === "string")(
  `flanneld from its net-conf${missing === undefined ? "" : ` (${missing})`}${typeof go === "string" ? ` (${go})` : ""}`,
  () => {
    const document = checkedDocument("flannel", "net-conf.json of ipip");
    const right = documentText(document);
    const texts = [right, ...document.mistakes.map(({ from, to }) => right.replace(from, to))];
    let run: SecondKernelRun;
    beforeAll(async () => {
      const folder = await ensureComponents(() => undefined);
      run = await runUnderSecondKernel({ lab: LAB, flanneld: flanneldScript(folder, texts) }, { limitMs: LIMIT_MS });
    }, BUILD_MS + LIMIT_MS);

    testChecker(document, (text) => {
      const name = documentName(texts.indexOf(text));
      const [shown = "[]"] = saidIn(run, name, "json");
      const [device] = JSON.parse(shown) as readonly Shown[];
      // A misspelt key is the udp backend's.
      return Promise.resolve(device?.mtu === MTU ? [] : saidIn(run, name, "last"));
    });

    test("makes the lab's tunnel, routes and rules of it on both nodes, and packets cross them", () => {
      expect(ended(run, "flanneld")).toEqual(OK);
      expect(standing(run, "flanneld")).toEqual(standing(run, "lab"));
      expect(queueOf(run, "flanneld")).toBe(queueOf(run, "lab"));
    });

    test("has the computed MTU, and hands it to the CNI plugin", () => {
      expect(standing(run, "flanneld")).toMatchObject({ link: { mtu: MTU } });
      expect(saidIn(run, "flanneld", "subnet")).toContain(`FLANNEL_MTU=${String(MTU)}`);
    });

    test("an inspection of its pods and nodes names the mode and its MTU", () => {
      const wiring = wiringOf(looksIn(run));
      expect(modeOfWiring(wiring)).toEqual({ mode: MODE });
      expect([wiring.way, wiring.podMtu?.path.bytes, wiring.uplink?.mtu]).toEqual([
        expect.objectContaining({ by: "tunnel", tunnel: "ipip", device: DEVICE }),
        MTU,
        1500,
      ]);
    });
  },
);

const documentName = (index: number): string => `document-${String(index)}`;

/** etcd on node-a; flanneld there with each text until it has made its device or ended; then with the first one on both nodes. */
function flanneldScript(components: string, texts: readonly string[]): string {
  const etcd = `http://${nodeAddress(0)}:2379`;
  const [right = ""] = texts;
  const put = (text: string): string => {
    const [key, value] = ["/coreos.com/network/config", text].map((one) => Buffer.from(one).toString("base64"));
    return `${inside("node-a")} /bin/busybox wget -q -O /dev/null --post-data '${JSON.stringify({ key, value })}' ${etcd}/v3/kv/put`;
  };
  // With the subnet of an earlier start in its file it leases the lab's one.
  const begin = (node: string, index: number): readonly string[] => [
    `mkdir -p /run/${node} && echo FLANNEL_SUBNET=${podGateway(index)}/24 > /run/${node}/subnet.env && : > /run/${node}/log`,
    `${inside(node)} ${components}/flannel -etcd-endpoints ${etcd} -subnet-file /run/${node}/subnet.env > /run/${node}/log 2>&1 &`,
    `flanneld${String(index)}=$!`,
  ];
  const tried = (text: string, index: number): readonly string[] => [
    put(text),
    ...begin("node-a", 0),
    // What it does once its device is there.
    untilSaid("Cleaning-up nftables", "/run/node-a/log", "$flanneld0"),
    say(documentName(index), "json", `"$(${inside("node-a")} ip -j link show dev ${DEVICE} || echo '[]')"`),
    say(documentName(index), "last", '"$(tail -n 1 /run/node-a/log)"'),
    "kill -KILL $flanneld0 || true",
    "wait $flanneld0 || true",
    `for device in ${DEVICE} flannel0; do ${inside("node-a")} ip link del $device || true; done`,
  ];
  const urls = `--listen-client-urls ${etcd} --advertise-client-urls ${etcd} --listen-peer-urls http://127.0.0.1:2380`;
  return [
    WITHOUT_FLANNEL,
    `${inside("node-a")} ${components}/kube etcd --data-dir /run/etcd ${urls} > /run/etcd.log 2>&1 &`,
    "etcd=$!",
    untilSaid("serving client traffic", "/run/etcd.log", "$etcd"),
    ...texts.flatMap(tried),
    put(right),
    ...begin("node-a", 0),
    ...begin("node-b", 1),
    ...["node-a", "node-b"].map((node, index) => untilSaid("Subnet added", `/run/${node}/log`, `$flanneld${String(index)}`)),
    sayAll("flanneld"),
    'sed "s/^/SEEN flanneld subnet /" /run/node-a/subnet.env >&3',
    ...sayAnswers,
    ...CROSSINGS,
    "kill -KILL $flanneld0 $flanneld1 $etcd",
    "wait || true",
    "rm -r /run/etcd",
    "",
  ].join("\n");
}
