import { expect, test } from "vitest";
import type { KubernetesObject } from "../../../machine/kubernetes/port.js";
import { clusterAddress, endpointAddresses, nodePorts } from "./service-addresses.js";

const service = (spec: object): KubernetesObject => ({ apiVersion: "v1", kind: "Service", metadata: { name: "s" }, spec });
const port = (name: string, nodePort?: number): object => ({ name, port: 1, ...(nodePort === undefined ? {} : { nodePort }) });

test("a headless Service has no cluster address", () => {
  expect(clusterAddress(service({ clusterIP: "10.96.0.7", ports: [] }))).toBe("10.96.0.7");
  expect(clusterAddress(service({ clusterIP: "None", ports: [] }))).toBeUndefined();
});

test("node ports are reported only when every server has one", () => {
  const all = [port("http", 30_001), port("iperf3", 30_002), port("latency-tcp", 30_003), port("latency-udp", 30_003)];
  expect(nodePorts(service({ ports: all }))).toEqual({ http: 30_001, iperf3: 30_002, sockperf: 30_003, discard: 9 });
  expect(nodePorts(service({ ports: all.slice(0, 3) }))).toBeUndefined();
  expect(nodePorts(service({ ports: all.map((one) => ({ ...one, nodePort: undefined })) }))).toBeUndefined();
});

test("only ready endpoints count", () => {
  const slice = (endpoints: object[] | null): KubernetesObject => ({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "s" },
    endpoints,
  });
  const slices = [
    slice(null),
    slice([
      { addresses: ["10.1.0.1"], conditions: { ready: false } },
      { addresses: ["10.1.0.2"], conditions: { ready: true } },
    ]),
  ];
  expect(endpointAddresses(slices)).toEqual(["10.1.0.2"]);
});
