import { expect, test } from "vitest";
import type { Reading } from "../../contract.js";
import { betweenReadings, isNotable } from "./other-traffic.js";

const reading = (clock: number, rxBytes: number, opens: number): Reading => {
  const device = { rxBytes, rxPackets: rxBytes / 1000, rxDropped: 0, txBytes: 0, txPackets: 0, txDropped: 0 };
  return {
    clock,
    cpu: { busy: 0, softirq: 0, steal: 0, idle: 0 },
    counters: {
      "host-a": { devices: { eth0: device, lo: { ...device, rxBytes: rxBytes * 50 } }, protocols: { "Tcp.PassiveOpens": opens } },
    },
  };
};

test("what came in per second, the loopback left out", () => {
  const traffic = betweenReadings("n1", "host-a", reading(0, 0, 0), reading(5e8, 1e6, 3));
  expect(traffic).toEqual({ node: "n1", bitsPerSecond: 16e6, packetsPerSecond: 2_000, connectionsPerSecond: 6 });
  expect(isNotable(traffic)).toBe(false);
});

test("a busy host is notable", () => {
  expect(isNotable(betweenReadings("n1", "host-a", reading(0, 0, 0), reading(5e8, 10e6, 0)))).toBe(true);
  expect(isNotable(betweenReadings("n1", "host-a", reading(0, 0, 0), reading(5e8, 0, 100)))).toBe(true);
});
