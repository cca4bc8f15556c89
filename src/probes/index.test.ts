import { describe, expect, test } from "vitest";
import { CAPTURED_PATH } from "../../test/synthetic/outcome.js";
import { WORKLOADS } from "../model/metric.js";
import type { Path } from "../venues/contract.js";
import type { Probe } from "./contract.js";
import { PAGE_BYTES } from "./http/nginx.js";
import { probeFor } from "./index.js";
import { initialSizing } from "./sizing.js";
import { SLICEABLE, sliceProbe } from "./slices.js";

const sizing = initialSizing({ link: { bitsPerSecond: 1e9, mtu: 1500 } });
const commandOf = (probe: Probe, path: Path) => (probe.kind === "trial" ? probe.command(path) : probe.command(path, 60));

/** A path whose servers are reached by published ports. */
const published: Path = {
  ...CAPTURED_PATH,
  address: "198.18.0.77",
  ports: { http: 8080, iperf3: 15_201, sockperf: 21_111, discard: 10_009 },
};

describe.each(WORKLOADS)("%s", (workload) => {
  const probe = probeFor(workload, sizing);

  test("is what was asked for, and names its programs", () => {
    expect(probe.workload).toBe(workload);
    const started = [commandOf(probe, CAPTURED_PATH), ...probe.servers(CAPTURED_PATH).map((server) => server.command)];
    for (const { argv } of started) expect(probe.programs).toContain(argv.includes("nginx") ? "nginx" : argv[0]);
  });

  test("its client goes to the path's address", () => {
    const { argv, files = {} } = commandOf(probe, published);
    const told = [...argv, ...Object.values(files)].join(" ");
    expect(told).toContain(workload === "pps" ? "0xc6, 0x12, 0x00, 0x4d" : "198.18.0.77");
    for (const { readyPort } of probe.servers(published)) expect(told).not.toContain(` ${String(readyPort.port)} `);
  });

  test("its servers do not depend on how the path reaches them", () => {
    expect(probe.servers(published)).toEqual(probe.servers(CAPTURED_PATH));
  });

  test("its servers listen where the path says, and those of other ports are others", () => {
    const listen = { http: 30_080, iperf3: 30_201, sockperf: 30_111, discard: 30_009 };
    const usual = probe.servers(CAPTURED_PATH);
    for (const [place, { key, command, readyPort }] of probe.servers({ ...CAPTURED_PATH, listen }).entries()) {
      expect([...command.argv, ...Object.values(command.files ?? {})].join(" ")).toMatch(
        new RegExp(`[ :]${String(readyPort.port)}( |$)`, "m"),
      );
      expect(Object.values(listen)).toContain(readyPort.port);
      expect(key).not.toBe(usual[place]?.key);
    }
  });

  test("every command says why it is run and ends for certain", () => {
    for (const command of [commandOf(probe, CAPTURED_PATH), ...probe.servers(CAPTURED_PATH).map((server) => server.command)]) {
      expect(command.reason).not.toBe("");
      expect(command.timeout).toBeGreaterThan(0);
    }
  });
});

test("http alone closes a connection for each request, so that the venue forgets them, by trials and by slices", () => {
  const closing = (probe: Probe): boolean => probe.kind !== "resident" && probe.closesConnections === true;
  expect(WORKLOADS.filter((workload) => closing(probeFor(workload, sizing)))).toEqual(["http"]);
  expect(SLICEABLE.filter((workload) => closing(sliceProbe(workload)))).toEqual(["http"]);
});

test("ports of the path are used where a mode publishes others", () => {
  const words = (workload: (typeof WORKLOADS)[number]): string => commandOf(probeFor(workload, sizing), published).argv.join(" ");
  expect(words("tcp")).toContain("--port 15201");
  expect(words("latency.udp")).toContain("--port 21111");
  expect(words("http")).toContain("http://198.18.0.77:8080/");
  expect(Object.values(commandOf(probeFor("pps", sizing), published).files ?? {}).join("")).toContain("0x27, 0x19");
});

test("servers of workloads that share one have the same key and command", () => {
  const server = (workload: (typeof WORKLOADS)[number]) => probeFor(workload, sizing).servers(CAPTURED_PATH);
  expect(server("tcp8")).toEqual(server("tcp"));
  expect(server("http-keepalive")).toEqual(server("http"));
  expect(server("latency.tcp")[0]?.key).not.toBe(server("latency.udp")[0]?.key);
});

test("the page has the size that the metric names", () => {
  const [server] = probeFor("http", sizing).servers(CAPTURED_PATH);
  expect(Buffer.byteLength(server?.command.files?.["index.html"] ?? "")).toBe(PAGE_BYTES);
});

test("clients of a host and of pods are paced alike", () => {
  const probe = probeFor("latency.udp", sizing);
  if (probe.kind !== "resident") throw new Error("latency.udp is resident");
  const pods = { ...CAPTURED_PATH, name: "pod-pod" as const, mode: "flannel-vxlan" };
  expect(probe.command(pods, 20)).toEqual(probe.command(CAPTURED_PATH, 20));
});

test("a resident's memory does not grow with its life", () => {
  const messages = (seconds: number): number => {
    const probe = probeFor("latency.udp", sizing);
    if (probe.kind !== "resident") throw new Error("latency.udp is resident");
    const { argv } = probe.command(CAPTURED_PATH, seconds);
    return Number(argv[argv.indexOf("--mps") + 1]) * Number(argv[argv.indexOf("--time") + 1]);
  };
  expect(messages(10)).toBeLessThanOrEqual(200_000);
  expect(messages(3_000)).toBeLessThanOrEqual(200_000);
});
