import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { apiOf, deepOf, items, json, lookedInto, looksAt, read } from "../../test/products/captured.js";
import { claimsOf, missingFacts, PLAIN_ALWAYS, PLAIN_TOO, toldOf, unexpectedProblems, unfounded } from "../../test/products/told.js";
import type { Inspection } from "../model/inspection.js";
import type { ApiFacts } from "./api-facts.js";
import { cgroupPrograms } from "./deep/ebpf.js";
import { type DeepLook, nodeFacts } from "./deep/node-facts.js";
import { BPF_CGROUPS } from "./deep/questions.js";
import { inspect } from "./inspect.js";
import { LINKS, type Look, PROXY_MODE, routeTo, written } from "./pods/look.js";
import { configMapView, daemonSetView, fields, list, nodeView } from "./sift.js";

/** What a captured cluster would have answered with other links on these of its pods and nodes. */
const relinked = (looks: readonly Look[], ids: readonly string[], change: (links: readonly unknown[]) => readonly unknown[]) =>
  looks.map((look): Look => {
    const answer = look.answers[written(LINKS)];
    if (!ids.includes(look.id) || answer === undefined || !("printed" in answer)) return look;
    return {
      ...look,
      answers: { ...look.answers, [written(LINKS)]: { printed: JSON.stringify(change(list(JSON.parse(answer.printed)))) } },
    };
  });

/** As the versions stand in the captures' README. */
const TOLD = toldOf({ cilium: "1.20.2", kubeRouter: "2.1.0" });

describe.each(Object.entries(TOLD))("a captured cluster with %s", (network, { claims, deep, untold }) => {
  it("has each claim right, and no others", () => {
    const told = lookedInto(apiOf(network), looksAt(network), deepOf(network));
    expect(claimsOf(told)).toEqual(claims);
    expect(unfounded(told)).toEqual([]);
    expect(told.podCidrs.examples.map(({ node, cidrs }) => `${node} ${cidrs.join()}`).join()).toMatch(
      /^node-1 198\.19\.[01]\.0\/24,node-2 198\.19\.[01]\.0\/24$/,
    );
  });

  it("has a node that shows what its product does there", () => {
    expect(deepOf(network).map(({ facts }) => missingFacts(facts, deep))).toEqual([[]]);
  });

  it("has policies enforced by the one who keeps chains for it", () => {
    expect(deepOf(network).map(({ enforces }) => enforces)).toEqual([network === "kube-router" ? "kube-router" : undefined]);
  });

  it("has nothing that could not be read, and says what its bpftool cannot tell", () => {
    expect(deepOf(network).flatMap(({ problems }) => unexpectedProblems(problems, untold))).toEqual([]);
  });
});

/** Clusters with the same networks whose pods and nodes were captured before (`test/captured/inspection-pods`) had some things otherwise. */
const CAPTURED_OTHERWISE: Readonly<Record<string, object>> = {
  "flannel-host-gw": { kubeProxy: "nftables" },
  "host-routes": { kubeProxy: "iptables" },
  ptp: { ipFamilies: ["IPv4"] },
};

describe.each([...PLAIN_ALWAYS, ...PLAIN_TOO.filter(({ variant: { podMtu } }) => podMtu === undefined)])(
  "a captured cluster of $variant",
  ({ variant: { network, nodes }, told: { claims } }) => {
    const objects = (file: string): readonly unknown[] =>
      /^flannel/.test(network) ? list(fields(json(`cluster/captured/inspection/${network}/${file}.json`))["items"]) : [];
    const ofKind = (kind: string) => objects("flannel").filter((one) => fields(one)["kind"] === kind);
    const api: ApiFacts = {
      ...apiOf("bird"),
      nodes: { objects: objects("nodes").map(nodeView) },
      daemonSets: { objects: ofKind("DaemonSet").map(daemonSetView) },
      configMaps: { objects: ofKind("ConfigMap").map(configMapView) },
    };
    const looks = (json(`captured/inspection-pods/${network}.json`) as readonly Look[])
      .filter(({ node }) => nodes !== 1 || node === "node-1")
      .map((look): Look => ({ selectable: { namespace: "inspect-eyes", labels: {} }, ...look }));

    it("has each claim right, and no others", () => {
      const told = inspect(api, looks);
      expect(claimsOf(told)).toEqual({ ...claims, ...CAPTURED_OTHERWISE[network] });
      expect(unfounded(told)).toEqual([]);
    });
  },
);

it.each(PLAIN_ALWAYS)("a captured node of $variant shows its facts", ({ variant: { network }, told: { deep, untold } }) => {
  const { facts, problems } = nodeFacts(json(`captured/inspection-pods/deep-${network}.json`) as DeepLook);
  // They were captured before anything of the datapath was asked.
  const asked = deep.filter(([topic]) => topic !== "datapath");
  expect(missingFacts(facts, asked)).toEqual([]);
  expect(unexpectedProblems(problems, untold)).toEqual([]);
});

it.each([
  ["cilium-vxlan", /cil_from_overlay/],
  ["cilium-native", /^(?!.*overlay)/],
])("a node of %s has its programs named, and iptables without Services", (network, overlay) => {
  const [{ facts } = { facts: [] }] = deepOf(network);
  const of = (name: string) => facts.find((one) => one.name === name)?.value;
  expect(of("host routing")).toContain("past the node's IP stack");
  expect(of("Services")).toBe("eBPF at the socket: iptables does not carry them, and has no rule of theirs");
  expect(of("cgroup connect4")).toContain("cil_sock4_connect");
  expect(of("cgroup sock_release")).toContain("cil_sock_release");
  for (const programs of [/cil_from_container/, /cil_from_netdev/, /cil_to_host/, overlay]) expect(of("devices tcx")).toMatch(programs);
});

it.each(["cilium-vxlan", "cilium-native"])("the capture of %s has Cilium's programs at its nodes' cgroups, not at the root", (network) => {
  const { once } = read(network, "deep") as DeepLook;
  const answer = once[written(BPF_CGROUPS)];
  const programs = cgroupPrograms(answer !== undefined && "printed" in answer ? answer.printed : undefined);
  const places = programs
    .filter(({ name }) => name?.startsWith("cil_") === true)
    .map(({ at }) => at?.replace(/^.*\/podwire-cluster-\w+\//, ""));
  expect([...new Set(places)].sort()).toEqual(["node-1", "node-2"]);
});

it("Cilium's programs at the socket beside a kube-proxy are a setting of its own, and no contradiction", () => {
  const { configMaps, ...rest } = apiOf("cilium-vxlan");
  const settings = { "kube-proxy-replacement": "false", "bpf-lb-sock": "true", "enable-host-legacy-routing": "true" };
  const objects = configMaps.objects.map((one) => (one.name === "cilium-config" ? { ...one, data: { ...one.data, ...settings } } : one));
  const looks = looksAt("cilium-vxlan").map(
    (look): Look =>
      look.network === "host" ? { ...look, answers: { ...look.answers, [written(PROXY_MODE)]: { printed: "200 iptables\n" } } } : look,
  );
  const told = lookedInto({ ...rest, configMaps: { objects } }, looks, deepOf("cilium-vxlan"));
  expect(told.kubeProxy).toBe("iptables");
  expect(told.traits).toContainEqual({ trait: "services", seen: "eBPF at the socket", configured: "eBPF at the socket" });
  expect(told.findings?.filter(({ claim }) => claim === "services")).toEqual([]);
});

it.each([
  ["zebra", "FRRouting"],
  ["bgp", "FRRouting (BGP)"],
  ["ospf", "FRRouting (OSPF)"],
  ["isis", "FRRouting (IS-IS)"],
])("routes of protocol %s, in BIRD's place, are %s's", (protocol, writer) => {
  const looks = JSON.parse(JSON.stringify(looksAt("bird")).replaceAll(/(protocol\W+)bird/g, `$1${protocol}`)) as readonly Look[];
  const { cni, setting, mode, podRoutes, evidence, unknown } = inspect(apiOf("bird"), looks);
  expect({ cni, setting, mode, podRoutes }).toEqual({
    ...{ cni: "bridge", setting: `pod routes by ${writer}`, mode: "flannel-host-gw" },
    podRoutes: { by: "peers", via: "198.18.0.11", protocol },
  });
  expect(evidence).toContainEqual(expect.objectContaining({ claim: "podRoutes", value: `198.19.0.0/24 proto ${protocol}` }) as unknown);
  expect(unknown).toEqual(TOLD.bird.claims.unknown);
});

describe("Cilium's mode", () => {
  /** A node of the captured cluster whose programs were loaded to hand packets to its stack. */
  const inStack = (node: string) => {
    const look = JSON.stringify(read("cilium-vxlan", "deep")).replaceAll(/(__config_enable_bpf_host_routing\W+)true/g, "$1false");
    return [{ node, ...nodeFacts(JSON.parse(look) as DeepLook) }];
  };
  const forbidden = (...parts: readonly ("daemonSets" | "configMaps")[]) =>
    Object.fromEntries(parts.map((part) => [part, { objects: [], refused: `${part} is forbidden` }]));
  const whyNot = ({ unknown }: Inspection) => unknown.find(({ claim }) => claim === "mode")?.why;

  it("is what its programs were loaded to do, where that is another routing than is configured", () => {
    const told = lookedInto(apiOf("cilium-vxlan"), looksAt("cilium-vxlan"), inStack("node-1"));
    expect(told).toMatchObject({ mode: "unknown", nearest: { mode: "calico-vxlan" }, unknown: [{ claim: "mode" }] });
    expect(told).not.toHaveProperty("differs");
    expect(told.findings?.map(({ text }) => text)).toEqual([
      "host routing: the nodes show the kernel's stack, and the configuration amounts to eBPF",
    ]);
    // And the other way round: set to the nodes' stack, and loaded before that.
    const { configMaps, ...rest } = apiOf("cilium-vxlan");
    const objects = configMaps.objects.map((one) => ({ ...one, data: { ...one.data, "enable-host-legacy-routing": "true" } }));
    const legacy = { ...rest, configMaps: { objects } };
    const before = inspect(legacy, looksAt("cilium-vxlan"));
    expect(before).toMatchObject({ mode: "unknown", nearest: { mode: "calico-vxlan" } });
    const after = lookedInto(legacy, looksAt("cilium-vxlan"), deepOf("cilium-vxlan"));
    expect(after).toMatchObject({ mode: "ebpf-vxlan", unknown: [] });
    expect(after).not.toHaveProperty("nearest");
  });

  describe.each([
    ["cilium-vxlan", "ebpf-vxlan"],
    ["cilium-native", "ebpf-routed"],
  ] as const)("of %s is %s by what its programs were loaded to do", (network, mode) => {
    it.each([
      [["configMaps"], "cilium-config, which says how Cilium routes, could not be read"],
      [["daemonSets"], "nothing shows that it runs"],
      [["daemonSets", "configMaps"], "podwire has no mode for pods on Cilium's veth"],
    ] as const)("where %j may not be read", (parts, why) => {
      const api: ApiFacts = { ...apiOf(network), ...forbidden(...parts) };
      const before = inspect(api, looksAt(network));
      expect([before.mode, whyNot(before)]).toEqual(["unknown", expect.stringContaining(why)]);
      const after = lookedInto(api, looksAt(network), deepOf(network));
      expect(after).toMatchObject({ cni: "cilium", mode, differs: TOLD[network].claims.differs });
      expect([after.nearest, whyNot(after)]).toEqual([undefined, undefined]);
      expect(after.traits?.find(({ trait }) => trait === "hostRouting")).toMatchObject({ seen: "eBPF" });
      expect(after.evidence).toContainEqual({
        claim: "mode",
        value: "host routing by Cilium's programs as they were loaded: eBPF",
        from: "`bpftool --json map dump name .rodata.config` on node-1",
      });
      expect(unfounded(after)).toEqual([]);
    });
  });

  it("is none where nodes differ, and not that of programs whose pods hang on another make or on netkit", () => {
    const [api, looks] = [apiOf("cilium-vxlan"), looksAt("cilium-vxlan")];
    const mixed = lookedInto(api, looks, [...deepOf("cilium-vxlan"), ...inStack("node-2")]);
    expect([mixed.mode, mixed.nearest?.mode]).toEqual(["unknown", "ebpf-vxlan"]);
    expect(mixed.nearest?.differs).toContain("nodes differ in host routing: eBPF on node-1, the kernel's stack on node-2");
    const bridged = lookedInto(api, looksAt("kube-router"), deepOf("cilium-vxlan"));
    expect([bridged.mode, whyNot(bridged)]).toEqual([
      "unknown",
      "programs amount to ebpf-routed, and pods show otherwise: they hang on a bridge",
    ]);
    const netkit = relinked(looks, ["pod-a", "pod-b"], (links) =>
      links.map((one) => ({ ...fields(one), ...("linkinfo" in fields(one) ? { linkinfo: { info_kind: "netkit" } } : {}) })),
    );
    const onNetkit = lookedInto({ ...api, ...forbidden("configMaps") }, netkit, deepOf("cilium-vxlan"));
    expect([onNetkit.mode, onNetkit.nearest?.mode]).toEqual(["unknown", "ebpf-vxlan"]);
    expect(onNetkit.nearest?.differs).toContain("pods hang on netkit devices in veths' place");
  });

  it("is not that of programs and links which it left, where pods hang on a link of no known make", () => {
    const card = relinked(looksAt("cilium-vxlan"), ["pod-a", "pod-b"], (links) =>
      links.map((one) => ({ ...fields(one), ...("linkinfo" in fields(one) ? { linkinfo: { info_kind: "vlan" } } : {}) })),
    );
    const told = lookedInto({ ...apiOf("cilium-vxlan"), ...forbidden("daemonSets", "configMaps") }, card, deepOf("cilium-vxlan"));
    expect([told.mode, whyNot(told)]).toEqual(["unknown", "programs of cilium are loaded, and no pod was seen on a link of its make"]);
  });

  it("is not that of another cluster whose nodes share the machine, and so its list of programs", () => {
    const told = lookedInto(apiOf("bird"), looksAt("bird"), deepOf("cilium-vxlan"));
    expect(told).toMatchObject({ cni: "bridge", mode: "flannel-host-gw" });
    expect(told).not.toHaveProperty("traits");
  });

  it("is unknown where neither settings nor routes say whether packets are wrapped", () => {
    const hosts = looksAt("cilium-vxlan").filter(({ network }) => network === "host");
    const told = lookedInto({ ...apiOf("cilium-vxlan"), ...forbidden("configMaps") }, hosts, deepOf("cilium-vxlan"));
    expect([told.mode, whyNot(told)]).toEqual([
      "unknown",
      "neither cilium-config nor routes say whether Cilium wraps packets between nodes",
    ]);
  });

  it("is not its settings' where pods hang on another make, and not one of traces that it left", () => {
    const why = ({ mode, unknown }: Inspection) => [mode, unknown.find(({ claim }) => claim === "mode")?.why];
    const [mode, words] = why(inspect(apiOf("cilium-vxlan"), looksAt("kube-router")));
    expect(mode).toBe("unknown");
    expect(words).toContain("pods show otherwise: they hang on a bridge");
    const gone = inspect({ ...apiOf("cilium-vxlan"), daemonSets: { objects: [] } }, looksAt("cilium-vxlan"));
    expect(why(gone)).toEqual(["unknown", expect.stringContaining("nothing shows that it runs")]);
  });

  it.each([
    ["cilium-vxlan", "ebpf-vxlan"],
    ["cilium-native", "ebpf-routed"],
  ])("of %s is the same or unknown whichever pods were not looked at", (network, mode) => {
    const looks = looksAt(network);
    for (const left of looks.flatMap((one, place) => [[one], looks.filter((_, other) => other !== place)]))
      expect([mode, "unknown"]).toContain(inspect(apiOf(network), left).mode);
  });
});

it("packets of Cilium's pair of links go by the tunnel that it is set to, where there are several that would take them", () => {
  const second = (links: readonly unknown[]) => [
    ...links,
    { ifindex: 98, ifname: "geneve0", flags: ["UP"], mtu: 1450, linkinfo: { info_kind: "geneve", info_data: { external: true } } },
  ];
  const looks = relinked(looksAt("cilium-vxlan"), ["host-a", "host-b"], second);
  const { podRoutes, evidence } = inspect(apiOf("cilium-vxlan"), looks);
  expect(podRoutes).toEqual({ by: "tunnel", via: "cilium_vxlan" });
  expect(evidence.find(({ claim }) => claim === "podRoutes")?.value).toContain("the one of several that the configuration takes");
  // Without its settings no one says which.
  expect(inspect({ ...apiOf("cilium-vxlan"), configMaps: { objects: [] } }, looks).podRoutes).toEqual({ by: "unknown" });
});

describe("the MTU of pods' paths", () => {
  /** The captured cluster's answers, with other words of a pod's kernel on its way to an address. */
  const answering = (looks: readonly Look[], id: string, address: string, words: object) =>
    looks.map((look): Look => {
      const question = written(routeTo(address));
      const route = { dst: address, gateway: "198.19.0.1", dev: "eth0", prefsrc: look.address, flags: [], uid: 0, cache: [], ...words };
      return look.id === id ? { ...look, answers: { ...look.answers, [question]: { printed: JSON.stringify([route]) } } } : look;
    });
  const looks = looksAt("cilium-vxlan");
  const addressOf = (id: string) => looks.find((one) => one.id === id)?.address ?? "";
  const told = (seen: readonly Look[]) => {
    const { mtu, findings = [], evidence } = inspect(apiOf("cilium-vxlan"), seen);
    const route = evidence.find(({ claim }) => claim === "mtu.podRoute")?.value;
    return { path: mtu.podPath, route, findings: findings.map(({ text }) => text) };
  };

  it("are what path-MTU discovery taught, where it did before the pods were asked", () => {
    expect(told(answering(looks, "pod-a", addressOf("pod-b"), { metrics: [{ mtu: 1400 }], expires: 597 }))).toEqual({
      ...{ path: 1400, route: "1400, from path-MTU discovery" },
      findings: ["pods put different amounts into one packet: pod-a 1400, pod-b 1450 bytes"],
    });
  });

  it("are the least of several, which is a finding", () => {
    const [pod] = looks.filter(({ id }) => id === "pod-b");
    const third = { ...(JSON.parse(JSON.stringify(pod).replaceAll(addressOf("pod-b"), "198.19.1.7")) as Look), id: "pod-c" };
    const seen = answering([...looks, third], "pod-a", third.address, { metrics: [{ mtu: 1300 }] });
    expect(told(seen)).toMatchObject({
      ...{ path: 1300, route: "1300" },
      findings: expect.arrayContaining([
        "pod-a puts different amounts into one packet by destination: 1450 to pod-b, 1300 to pod-c bytes",
      ]) as unknown,
    });
  });

  it("are less for TCP where the far end asks for smaller segments, which is a finding", () => {
    const seen = answering(looks, "pod-b", addressOf("pod-a"), { metrics: [{ mtu: 1450, advmss: 1000 }] });
    expect(told(seen)).toEqual({
      ...{ path: 1450, route: "1450" },
      findings: [
        "TCP packets from pod-a to pod-b have 1040 bytes, where its kernel would send 1450: pod-b asks for segments of 1000 (advmss)",
      ],
    });
  });
});

describe("a device that the configuration takes", () => {
  const texts = (looks: readonly Look[]) => (inspect(apiOf("cilium-vxlan"), looks).findings ?? []).map(({ text }) => text);
  const without = (links: readonly unknown[]) => links.filter((one) => fields(one)["ifname"] !== "cilium_vxlan");
  const down = (links: readonly unknown[]) =>
    links.map((one) => (fields(one)["ifname"] === "cilium_vxlan" ? { ...fields(one), flags: ["BROADCAST"] } : one));
  const looks = looksAt("cilium-vxlan");

  it.each([
    ["is missing", without, ["host-a", "host-b"], "node-1 and node-2 have"],
    ["is down on one node", down, ["host-b"], "node-2 has"],
  ] as const)("and that %s is a finding, though nothing is seen then that could contradict", (_, change, ids, who) => {
    expect(texts(relinked(looks, ids, change))).toEqual([
      `routing: the configuration amounts to vxlan tunnel, and ${who} no cilium_vxlan that is up for it`,
    ]);
    expect(texts(looks)).toEqual([]);
  });

  it("is asked for by nodes that were looked at alone", () => {
    expect(
      texts(
        relinked(
          looks.filter(({ id }) => id !== "host-b"),
          ["host-b"],
          without,
        ),
      ),
    ).toEqual([]);
    expect(texts([])).toEqual([]);
  });
});

describe("kube-router's routing", () => {
  const api = (...flags: readonly string[]) => {
    const daemonSets = items("kube-router", "daemonsets").map(daemonSetView);
    const set = daemonSets.map((one) => ({
      ...one,
      containers: one.containers.map((each) => ({ ...each, argv: [...each.argv, ...flags] })),
    }));
    return { ...apiOf("kube-router"), daemonSets: { objects: set } };
  };
  const configured = (...flags: readonly string[]) => {
    const { traits = [], findings } = inspect(api(...flags), looksAt("kube-router"));
    return { routing: traits.find(({ trait }) => trait === "routing")?.configured, findings: findings?.map(({ text }) => text) };
  };

  it("is what its overlay is set to, and a route where it would wrap is a contradiction", () => {
    expect(configured("--enable-overlay=false")).toEqual({ routing: "native routing", findings: [] });
    expect(configured().findings).toEqual([]);
    expect(configured("--overlay-type=full")).toEqual({
      routing: "ipip tunnel",
      findings: ["routing: the nodes show native routing, and the configuration amounts to ipip tunnel"],
    });
  });

  it("is nearest to flannel-ipip where its overlay wraps every packet, and to flannel-host-gw where no neighbour's is", () => {
    const nearest = (...flags: readonly string[]) => inspect(api(...flags)).nearest;
    expect(nearest()?.mode).toBe("flannel-host-gw");
    expect(nearest("--overlay-type=full", "--overlay-encap=fou")).toMatchObject({
      mode: "flannel-ipip",
      differs: expect.arrayContaining(["a UDP header stands before the second IP header (FoU)"]) as string[],
    });
  });
});

describe("kube-router's Services", () => {
  /** The captured cluster, where kube-proxy answers on each node, with kube-router's flag, and with the device that its proxy makes. */
  function told(proxy: boolean, device: boolean): Inspection {
    const daemonSets = JSON.parse(
      JSON.stringify(items("kube-router", "daemonsets")).replace("--run-service-proxy=false", `--run-service-proxy=${String(proxy)}`),
    ) as readonly unknown[];
    const dummy = {
      ifindex: 99,
      ifname: "kube-dummy-if",
      flags: ["BROADCAST", "NOARP", "UP"],
      mtu: 1500,
      linkinfo: { info_kind: "dummy" },
    };
    const looks = relinked(looksAt("kube-router"), device ? ["host-a", "host-b"] : [], (links) => [...links, dummy]);
    return inspect({ ...apiOf("kube-router"), daemonSets: { objects: daemonSets.map(daemonSetView) } }, looks);
  }
  const services = ({ traits = [] }: Inspection) => traits.find(({ trait }) => trait === "services");
  const findings = (inspection: Inspection) => (inspection.findings ?? []).map(({ text }) => text);

  it("are IPVS's where it is set to carry them, by its device too, and a kube-proxy beside it does the same work", () => {
    expect(services(told(true, true))).toEqual({ trait: "services", seen: "IPVS", configured: "IPVS" });
    expect(services(told(true, false))).toEqual({ trait: "services", configured: "IPVS" });
    expect(findings(told(true, false))).toContain(
      "Services: the configuration amounts to IPVS, and node-1 and node-2 have no kube-dummy-if that is up for it",
    );
    expect(findings(told(true, true))).toEqual([
      expect.stringMatching(/kube-proxy runs .* set to carry Services without it \(IPVS\)/) as unknown,
    ]);
  });

  it("are kube-proxy's where it leaves them alone, and its device is then a contradiction", () => {
    expect(services(told(false, false))).toEqual({ trait: "services", configured: "kube-proxy" });
    expect(findings(told(false, true))).toEqual(["Services: the nodes show IPVS, and the configuration amounts to kube-proxy"]);
  });
});

it("tells something of every captured cluster", () => {
  const folders = readdirSync(new URL("../../test/captured/products/", import.meta.url), { withFileTypes: true });
  expect(folders.flatMap((one) => (one.isDirectory() ? [one.name] : [])).sort()).toEqual(Object.keys(TOLD).sort());
});
