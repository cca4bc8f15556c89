import { describe, expect, test } from "vitest";
import { parseCpuInfo, parseMachine, parseSysctls, versionOf } from "./machine-facts.js";

const printed = (stdout: string, stderr = ""): Parameters<typeof versionOf>[1] => ({
  exitCode: 0,
  signal: undefined,
  timedOut: false,
  stdout,
  stderr,
});

describe("a machine and its tools", () => {
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

  test("the CPU of x86 and of others", () => {
    expect(parseCpuInfo("processor\t: 0\nmodel name\t: A CPU\n\nprocessor\t: 1\nmodel name\t: A CPU\n")).toEqual({
      cpu: "A CPU",
      cpus: "2",
    });
    expect(parseCpuInfo("processor\t: 0\nBogoMIPS\t: 50\n")).toEqual({ cpu: "unknown", cpus: "1" });
  });

  test("what a text does not tell is unknown", () => {
    expect(parseMachine({ kernel: "6.1.0\n", load: "0.10 0.20 0.30 1/100 7\n" })).toEqual({
      kernel: "6.1.0",
      cpu: "unknown",
      cpus: "0",
      memory: "unknown",
      "load average": "0.10 0.20 0.30",
    });
    expect(parseMachine({})).toMatchObject({ kernel: "unknown", "load average": "unknown" });
  });
});
