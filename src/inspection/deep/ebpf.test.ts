import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Question, written } from "../pods/look.js";
import { datapathOf } from "./datapath.js";
import { bpftoolVersion, cgroupPrograms, constantsIn, filterPrograms, linkPrograms, loaded, netPrograms, xdpPrograms } from "./ebpf.js";
import { problemsOf } from "./problems.js";
import * as ask from "./questions.js";

/** What ip, tc (iproute2 6.1) and bpftool 7.1 printed of programs of two instructions (test/captured/ebpf). */
const captured = (name: string): string => readFileSync(new URL(`../../../test/captured/ebpf/${name}.json`, import.meta.url), "utf8");

/**
 * As bpftool 7.3 and newer print it: written from its source (src/net.c __show_dev_tc_bpf, src/link.c show_link_ifindex_json at 7.3 to 7.7), not captured, since
 * Debian 12's is older. Of the links three are this namespace's, one of them at a netkit device; one has a device that the tool took for its own eth0 by its number,
 * one a device that it did not find, and one's device is gone.
 */
const NEWER = {
  net: JSON.stringify([
    {
      xdp: [],
      tc: [
        { devname: "eth0", ifindex: 2, kind: "tcx/ingress", name: "cil_from_netdev", prog_id: 41, link_id: 7 },
        { devname: "lxc1", ifindex: 6, kind: "tcx/egress", name: "cil_to_container", prog_id: 43, link_id: 9 },
        { devname: "nk1", ifindex: 8, kind: "netkit/peer", prog_id: 46, link_id: 12 },
      ].map((one) => ({ ...one, prog_flags: [], link_flags: [] })),
      flow_dissector: [],
      netfilter: [],
    },
  ]),
  link: JSON.stringify([
    { id: 7, type: "tcx", prog_id: 41, devname: "eth0", ifindex: 2, attach_type: "tcx_ingress" },
    { id: 8, type: "tcx", prog_id: 42, devname: "eth0", ifindex: 2, attach_type: "tcx_ingress" },
    { id: 9, type: "tcx", prog_id: 43, devname: "lxc1", ifindex: 6, attach_type: "tcx_egress" },
    { id: 10, type: "tcx", prog_id: 44, devname: "(unknown)", ifindex: 91, attach_type: "tcx_egress" },
    { id: 11, type: "tcx", prog_id: 45, devname: "(detached)", ifindex: 0, attach_type: "tcx_ingress" },
    { id: 12, type: "netkit", prog_id: 46, devname: "nk1", ifindex: 8, attach_type: "netkit_peer" },
  ]),
  prog: JSON.stringify(
    ["cil_from_netdev", "cil_of_another", "cil_to_container", "unfound", "detached", "of_netkit"].map((name, place) => ({
      id: 41 + place,
      type: "sched_cls",
      name,
    })),
  ),
};

describe("programs", () => {
  it("at devices are listed by bpftool, by ip and by tc", () => {
    const net = netPrograms(captured("net"));
    expect(net.map(({ at, hook }) => [at, hook])).toEqual([
      ["eth0", "xdp"],
      ["eth0", "clsact/ingress"],
      ["eth0", "clsact/egress"],
    ]);
    const [xdp, ingress] = net;
    expect(xdpPrograms(captured("links"))).toEqual([{ ...xdp, name: "cil_xdp_entry" }]);
    expect(filterPrograms(captured("filters-ingress"), "eth0", "ingress")).toEqual([{ ...ingress, name: "cil_from_netdev" }]);
    expect(filterPrograms(captured("filters-none"), "lxc1", "ingress")).toEqual([]);
  });

  it("at a TCX hook have no device in a bpftool older than the kernel", () => {
    expect(linkPrograms(captured("link")).filter(({ hook }) => hook === "tcx")).toMatchObject([{ at: undefined, name: undefined }]);
  });

  it("at TCX and netkit hooks are at devices in a newer one, and at none where their device is gone", () => {
    expect(netPrograms(NEWER.net).map(({ at, hook, id, name }) => [at, hook, id, name])).toEqual([
      ["eth0", "tcx/ingress", 41, "cil_from_netdev"],
      ["lxc1", "tcx/egress", 43, "cil_to_container"],
      ["nk1", "netkit/peer", 46, undefined],
    ]);
    expect(linkPrograms(NEWER.link).map(({ at, hook, id }) => [at, hook, id])).toEqual([
      ["eth0", "tcx/ingress", 41],
      ["eth0", "tcx/ingress", 42],
      ["lxc1", "tcx/egress", 43],
      ["devices of other namespaces", "tcx/egress", 44],
      ["nk1", "netkit/peer", 46],
    ]);
  });

  it("have their devices left out by a bpftool that does not name them, and it is said which one that is", () => {
    const version = (number: string) => JSON.stringify({ version: number, libbpf_version: "1.1", features: { libbfd: false } });
    const problems = (link: string, ...versions: readonly string[]) =>
      problemsOf({
        once: {
          [written(ask.BPF_LINKS)]: { printed: link },
          ...Object.fromEntries(versions.map((one) => [written(ask.BPF_VERSION), { printed: version(one) }])),
        },
        ...{ before: {}, after: {} },
      });
    const sentence = (tool: string) =>
      `at which devices TCX and netkit programs are could not be told: ${tool} does not name them (7.3 and newer do)`;
    expect(problems(captured("link"), "7.1.0")).toEqual([sentence("bpftool 7.1")]);
    expect(problems(captured("link"))).toEqual([sentence("this bpftool")]);
    expect(problems(NEWER.link, "7.5.0")).toEqual([]);
    expect(problems("[]", "7.1.0")).toEqual([]);
    expect(["", "{}", '{"version":7}'].map(bpftoolVersion)).toEqual([undefined, undefined, undefined]);
  });

  it("at cgroups are the same by their links and by the tree", () => {
    const hooks = (programs: ReturnType<typeof linkPrograms>) => programs.map(({ hook, id }) => `${hook} ${String(id)}`).sort();
    const links = linkPrograms(captured("link")).filter(({ at }) => at?.startsWith("cgroup") === true);
    expect(hooks(cgroupPrograms(captured("cgroup")))).toEqual(hooks(links));
    expect(hooks(links).join()).toMatch(/connect4 \d+/);
  });

  it("and maps have ids, types and names", () => {
    expect(loaded(captured("prog"))).toContainEqual(expect.objectContaining({ type: "xdp", name: "cil_xdp_entry" }) as unknown);
    for (const { type, name } of loaded(captured("map"))) expect([type, name]).not.toContain("");
  });

  it("are none of nonsense", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        for (const read of [netPrograms, linkPrograms, cgroupPrograms, xdpPrograms, loaded]) expect(() => read(text)).not.toThrow();
        expect(() => filterPrograms(text, "eth0", "ingress")).not.toThrow();
        expect(() => constantsIn(text)).not.toThrow();
      }),
    );
  });
});

it("constants are found by name, with every value that occurs in any program's map", () => {
  const map = captured("constants");
  expect([...constantsIn(map)]).toEqual([
    ["enable_bpf_host_routing", new Set([true])],
    ["cluster_id", new Set([0])],
  ]);
  const several = `[${map},${map.replace('"__config_enable_bpf_host_routing":true', '"__config_enable_bpf_host_routing":false')}]`;
  expect(constantsIn(several).get("enable_bpf_host_routing")).toEqual(new Set([true, false]));
});

describe("a node's datapath", () => {
  /** A node that answered these questions and failed the others. */
  const node = (answers: readonly (readonly [Question, string])[]) => (question: Question) =>
    answers.find(([one]) => written(one) === written(question))?.[1];
  const programs = [
    [ask.BPF_NET, captured("net")],
    [ask.BPF_LINKS, captured("link")],
    [ask.BPF_PROGRAMS, captured("prog")],
    [ask.BPF_CGROUPS, captured("cgroup")],
    [ask.BPF_MAPS, captured("map")],
    [ask.DEEP_LINKS, captured("links")],
  ] as const;

  it("names each program once, whoever told it", () => {
    const { facts } = datapathOf(node(programs), ["eth0"]);
    const of = (name: string) => facts.filter((one) => one.topic === "ebpf" && one.name === name).map(({ value }) => value);
    expect(of("eth0 clsact/ingress")).toEqual(["cil_from_netdev"]);
    expect(of("eth0 xdp")).toEqual(["cil_xdp_entry"]);
    expect(of("devices tcx")).toEqual(["cil_from_contai"]);
    expect(of("cgroup connect4")).toEqual([expect.stringContaining("cil_sock4_conne") as unknown]);
  });

  it("has TCX and netkit programs by device, and apart those of other namespaces, which make none of its datapath", () => {
    const shown = (...answers: readonly (readonly [Question, string])[]) => {
      const machine = [
        [ask.BPF_PROGRAMS, NEWER.prog],
        [ask.CILIUM_CONSTANTS, captured("constants")],
      ] as const;
      const { facts, seen } = datapathOf(node([...machine, ...answers]), []);
      const programs = facts.filter(({ topic }) => topic === "ebpf").map(({ name, value }) => [name, value] as const);
      return { programs: Object.fromEntries(programs), hostRouting: seen.hostRouting };
    };
    const links = [ask.BPF_LINKS, NEWER.link] as const;
    expect(shown([ask.BPF_NET, NEWER.net], links)).toEqual({
      programs: {
        "eth0 tcx/ingress": "cil_from_netdev",
        "pods' links tcx/egress": "cil_to_container",
        "nk1 netkit/peer": "of_netkit",
        "devices of other namespaces tcx/ingress": "cil_of_another",
        "devices of other namespaces tcx/egress": "unfound",
      },
      hostRouting: "eBPF",
    });
    // No program of Cilium's is here, and the constants are the machine's.
    const none = shown([ask.BPF_NET, '[{"xdp":[],"tc":[],"flow_dissector":[],"netfilter":[]}]'], links);
    expect(none).toMatchObject({ programs: { "devices of other namespaces tcx/ingress": "cil_from_netdev, cil_of_another" } });
    expect(none.hostRouting).toBeUndefined();
    // Without that list the names of links are all there is.
    expect(shown(links).programs).toMatchObject({ "eth0 tcx/ingress": "cil_from_netdev, cil_of_another" });
  });

  it("carries Services at the socket, which iptables' rules then do not", () => {
    const rules = "*nat\n:KUBE-SERVICES - [0:0]\n:CILIUM_POST_nat - [0:0]\nCOMMIT\n";
    const clean = datapathOf(node([...programs, [ask.IPTABLES_RULES, rules]]), ["eth0"]);
    expect(clean.seen).toMatchObject({ services: "eBPF at the socket" });
    expect(clean.facts.find(({ name }) => name === "Services")?.value).toContain("iptables does not carry them, and has no rule of theirs");
    const both = rules.replace("COMMIT", "-A KUBE-SERVICES -d 10.0.0.1/32 -j KUBE-SVC-X\nCOMMIT");
    expect(datapathOf(node([...programs, [ask.IPTABLES_RULES, both]]), []).facts.find(({ name }) => name === "Services")?.value).toContain(
      "do not meet the 1 iptables rules",
    );
  });

  it.each([
    [true, "eBPF"],
    [false, "the kernel's stack"],
  ])("routes by what Cilium's programs were loaded to do: %s", (on, told) => {
    const constants = captured("constants").replace(":true", `:${String(on)}`);
    expect(datapathOf(node([...programs, [ask.CILIUM_CONSTANTS, constants]]), []).seen.hostRouting).toBe(told);
    expect(datapathOf(node(programs), []).seen).not.toHaveProperty("hostRouting");
  });

  it("carries Services of pods packet by packet where no program is at the socket, beside a kube-proxy too", () => {
    const none = [
      [ask.BPF_LINKS, "[]"],
      [ask.BPF_CGROUPS, "[]"],
    ] as const;
    const packets = programs.filter(([question]) => !none.some(([one]) => one === question));
    const rules = [ask.IPTABLES_RULES, "*nat\n:KUBE-SERVICES - [0:0]\n-A KUBE-SERVICES -d 10.0.0.1/32 -j KUBE-SVC-X\nCOMMIT\n"] as const;
    const { seen, facts } = datapathOf(node([...packets, ...none, rules]), []);
    expect(seen.services).toBe("eBPF, packet by packet");
    expect(facts.find(({ name }) => name === "Services")?.value).toContain("connections of pods do not meet the 1 iptables rules");
    // Where programs of cgroups could not be listed, one may be at the socket.
    for (const one of none) expect(datapathOf(node([...packets, one, rules]), []).seen).not.toHaveProperty("services");
  });

  it("masquerades by a rule, where one is seen", () => {
    const chain = "*nat\n:CILIUM_POST_nat - [0:0]\nCOMMIT\n";
    const rule = chain.replace("COMMIT", "-A CILIUM_POST_nat ! -d 10.0.0.0/8 ! -o cilium_+ -j MASQUERADE\nCOMMIT");
    const maps = '[{"id":9,"type":"lru_hash","name":"cilium_snat_v4_"}]';
    const seen = (rules: string) =>
      datapathOf(
        node([
          [ask.IPTABLES_RULES, rules],
          [ask.BPF_MAPS, maps],
        ]),
        [],
      ).seen;
    expect(seen(rule)).toMatchObject({ masquerade: "iptables", bandwidthManager: "off" });
    expect(seen(chain)).not.toHaveProperty("masquerade");
  });

  it("masquerades by eBPF where a program was loaded with the address to translate to, as bpftool 7.1 printed it of Cilium 1.20", () => {
    const constant = (addr: readonly number[]) =>
      JSON.stringify([{ elements: [{ key: 0, value: { ".rodata.config": [{ __config_nat_ipv4_masquerade: { addr, be32: 0 } }] } }] }]);
    const seen = (addr: readonly number[]) => datapathOf(node([[ask.CILIUM_CONSTANTS, constant(addr)]]), []).seen;
    expect(seen([198, 18, 0, 11])).toEqual({ masquerade: "eBPF" });
    expect(seen([0, 0, 0, 0])).toEqual({});
  });

  it("is the kernel's own where no program is anywhere, and every list that could have one was read", () => {
    const none = [
      [ask.BPF_PROGRAMS, "[]"],
      [ask.BPF_NET, '[{"xdp":[],"tc":[],"flow_dissector":[]}]'],
      [ask.BPF_LINKS, "[]"],
      [ask.BPF_CGROUPS, "[]"],
    ] as const;
    expect(datapathOf(node(none), []).facts).toEqual([
      {
        ...{ topic: "datapath", name: "eBPF", value: expect.stringContaining("the kernel's stack") as unknown },
        from: "bpftool --json net show, bpftool --json link show, bpftool --json cgroup tree",
      },
    ]);
    for (const failed of [ask.BPF_NET, ask.BPF_LINKS, ask.BPF_CGROUPS])
      expect(datapathOf(node(none.filter(([question]) => question !== failed)), []).facts).toEqual([]);
    expect(datapathOf(node([]), [])).toEqual({ facts: [], seen: {} });
  });

  it("has each program from the command that told of it", () => {
    const filters = [ask.filtersOf("eth0", "ingress"), captured("filters-ingress")] as const;
    const told = (answers: Parameters<typeof node>[0]) => {
      const { facts } = datapathOf(node(answers), ["eth0"]);
      return Object.fromEntries(facts.map(({ topic, name, from }) => [topic === "ebpf" ? name : `${topic} ${name}`, from]));
    };
    expect(told(programs)).toMatchObject({
      "eth0 clsact/ingress": "bpftool --json net show",
      "eth0 xdp": "ip -json -details -statistics link",
      "devices tcx": "bpftool --json link show",
      "cgroup connect4": "bpftool --json cgroup tree",
      "datapath Services": "bpftool --json cgroup tree",
    });
    // Without bpftool's own list, by tc's.
    expect(told([filters])["eth0 clsact/ingress"]).toBe("tc -json filter show dev eth0 ingress");
    expect(told([[ask.BPF_LINKS, captured("link")]])["cgroup connect4"]).toBe("bpftool --json link show");
  });

  it.each([
    [":KUBE-ROUTER-FORWARD - [0:0]", "kube-router"],
    [":cali-FORWARD - [0:0]", "Calico"],
  ])("has policies enforced by whose chain is there: %s", (chain, who) => {
    expect(datapathOf(node([[ask.LEGACY_RULES, `*filter\n${chain}\nCOMMIT\n`]]), []).enforces).toBe(who);
  });
});
