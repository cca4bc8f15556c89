import { describe, expect, test } from "vitest";
import { congestionControl, parseCpuInfo, parseOffloads, parseSysctls, versionOf } from "./facts.js";
import type { ReadyPath } from "./reach.js";

const printed = (stdout: string, stderr = ""): Parameters<typeof versionOf>[1] => ({
  exitCode: 0,
  signal: undefined,
  timedOut: false,
  stdout,
  stderr,
});

describe("facts", () => {
  test.each([
    ["iperf3", printed("iperf 3.12 (cJSON 1.7.15)\nLinux x 6.1\n"), "iperf 3.12 (cJSON 1.7.15)"],
    ["nginx", printed("", "nginx version: nginx/1.22.1\n"), "nginx version: nginx/1.22.1"],
    [
      "trafgen",
      printed("\ntrafgen 0.6.8 (Flutternozzle), Git id: (none)\nLicense: GNU GPL version 2.0\n"),
      "trafgen 0.6.8 (Flutternozzle), Git id: (none)",
    ],
    ["ping", { ...printed(""), startError: "ping: not found" }, "not installed"],
    ["ab", printed("no idea"), "unknown"],
  ] as const)("the version of %s", (tool, outcome, version) => {
    expect(versionOf(tool, outcome)).toBe(version);
  });

  test("sysctls keep their values, tabs as blanks", () => {
    expect(parseSysctls("net.ipv4.tcp_rmem = 4096\t131072\t33554432\nkernel.empty = \n")).toEqual({
      "net.ipv4.tcp_rmem": "4096 131072 33554432",
      "kernel.empty": "",
    });
  });

  test("offloads: all that are on, and those off that could be on", () => {
    const text =
      "Features for eth0:\nrx-checksumming: on\n\ttx-checksum-ipv4: off [fixed]\ngeneric-receive-offload: off\nrx-vlan-filter: on [fixed]\n";
    expect(parseOffloads(text)).toBe("on: rx-checksumming rx-vlan-filter; off: generic-receive-offload");
    expect(parseOffloads("")).toBe("unknown");
  });

  test("the CPU of x86 and of others", () => {
    expect(parseCpuInfo("processor\t: 0\nmodel name\t: A CPU\n\nprocessor\t: 1\nmodel name\t: A CPU\n")).toEqual({
      cpu: "A CPU",
      cpus: "2",
    });
    expect(parseCpuInfo("processor\t: 0\nBogoMIPS\t: 50\n")).toEqual({ cpu: "unknown", cpus: "1" });
  });

  test("congestion control names the paths only where they differ", () => {
    const path = (id: string, name?: string): ReadyPath => ({ path: { id } as ReadyPath["path"], congestionControl: name });
    expect(congestionControl([path("a", "cubic"), path("b", "cubic")])).toBe("cubic on every path");
    expect(congestionControl([path("a", "cubic"), path("b")])).toBe("cubic on a; the kernel's default on b");
  });
});
