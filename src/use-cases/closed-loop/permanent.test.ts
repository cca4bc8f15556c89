import { describe, expect, test } from "vitest";
import { card, tunnel } from "../../../test/synthetic/node-facts.js";
import { tunedPlace } from "../../../test/synthetic/tuned-place.js";
import { candidatesOf, type Place } from "./candidates.js";
import { permanentForms } from "./permanent.js";

describe("the permanent form of an offload", () => {
  const offloads = { ...card().offloads, "tx-tcp-segmentation": { on: false, fixed: false } };

  test("is a udev rule that names its program by the path, without which udev would look in a folder of its own", () => {
    const forms = candidatesOf([tunedPlace({ devices: [card({ offloads })] })], "low", "tcp-open").tried.flatMap(permanentForms);
    expect(forms.map(({ form, text }) => ({ form, text }))).toContainEqual({
      form: "udev",
      text: 'ACTION=="add", SUBSYSTEM=="net", KERNEL=="eth0", RUN+="/usr/sbin/ethtool -K %k tx-tcp-segmentation on"\n',
    });
  });
});

describe("the permanent form of podwire's own rules", () => {
  test("begins with what has to hold for it to be read at boot", () => {
    const { tried } = candidatesOf([tunedPlace({ devices: [card(), tunnel()], tracks: true })], "medium", "http");
    const [form] = tried.filter(({ change }) => change.name === "notrack-tunnel").flatMap(permanentForms);
    expect(form).toMatchObject({ form: "nft", path: "/etc/nftables.d/podwire-notrack-tunnel.nft" });
    expect(form?.text).toMatch(
      /^# read at boot where .*include "\/etc\/nftables\.d\/\*\.nft", and nftables\.service is enabled\ntable inet podwire \{\n/,
    );
  });

  test("has each chain in lines of its own, without which nft refuses the file", () => {
    const { tried } = candidatesOf([tunedPlace({ devices: [card(), tunnel()], tracks: true })], "medium", "http");
    const [form] = tried.filter(({ change }) => change.name === "notrack-tunnel").flatMap(permanentForms);
    const chain = (hook: string): string =>
      `chain notrack_tunnel_${hook} { type filter hook ${hook} priority raw; policy accept; udp dport 8472 notrack; }`;
    expect(form?.text.split("\n").slice(1)).toEqual(["table inet podwire {", chain("prerouting"), chain("output"), "}", ""]);
  });
});

describe("the permanent form of a value in pods", () => {
  test("is a field of their spec, or an entry for CNI's plugin tuning", () => {
    const place: Place = {
      ...tunedPlace({ sysctls: { "net.ipv4.tcp_rmem": "4096 8192 8192" } }),
      at: { id: "mode/open/pod-a", kind: "pod" },
    };
    const forms = candidatesOf([place], "low", "tcp-open").tried.flatMap(permanentForms);
    expect(forms.map(({ form, path }) => [form, path])).toEqual([
      ["pod spec", undefined],
      ["cni", undefined],
    ]);
    expect(JSON.parse(forms[1]?.text ?? "")).toEqual({ type: "tuning", sysctl: { "net.ipv4.tcp_rmem": "4096 8192 6291456" } });
    expect(forms[1]?.removedBy).toMatch(/^take the entry out of the list of plugins again, on each node/);
  });
});

const OF_MODULES: readonly (readonly [change: string, node: Parameters<typeof tunedPlace>[0], module: string])[] = [
  [
    "bridge-nf-call",
    { devices: [card({ name: "cni0", kind: "bridge" })], sysctls: { "net.bridge.bridge-nf-call-iptables": "1" } },
    "br_netfilter",
  ],
  ["conntrack-liberal", { devices: [card()], counters: { "conntrack.invalid": 3 } }, "nf_conntrack"],
];

describe("the permanent form of a value that comes with a module", () => {
  test.each([...OF_MODULES])("%s has the module loaded before it is set", (name, node, module) => {
    const { tried } = candidatesOf([tunedPlace(node)], "medium", "http");
    const forms = tried.filter(({ change }) => change.name === name).flatMap(permanentForms);
    expect(forms.map(({ form, path }) => ({ form, path }))).toEqual([
      { form: "modules-load.d", path: `/etc/modules-load.d/90-podwire-${name}.conf` },
      { form: "sysctl.d", path: `/etc/sysctl.d/90-podwire-${name}.conf` },
    ]);
    expect(forms[0]?.text).toBe(`${module}\n`);
  });

  test("a value of the kernel's own needs none", () => {
    const { tried } = candidatesOf([tunedPlace({ sysctls: { "net.ipv4.tcp_rmem": "4096 8192 8192" } })], "low", "tcp-open");
    expect(tried.flatMap(permanentForms).map(({ form }) => form)).toEqual(["sysctl.d"]);
  });
});
