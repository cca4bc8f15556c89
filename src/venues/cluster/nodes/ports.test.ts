import fc from "fast-check";
import { expect, test } from "vitest";
import { PATH_NAMES } from "../../../model/path.js";
import { chooseFreePorts, listeningPorts, PORTS_IN_A_ROW, takenPorts } from "./ports.js";

/** Two sockets of /proc/net/tcp as kernel 6.1 prints them: ports 6443 and 20002. */
const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:192B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 00000000:4E22 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1 0 100 0 0 10 0
`;
const TABLE6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when
   0: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
`;

test("taken ports are read from the kernel's tables of both families", () => {
  expect([...takenPorts(TABLE, TABLE6)]).toEqual([6443, 20_002, 22]);
});

test("each path has ports of its own for iperf3 and sockperf, which serve one connection, and shares the HTTP server", () => {
  const ports = PATH_NAMES.map((path) => listeningPorts(path, 20_000));
  expect(new Set(ports.flatMap(({ iperf3, sockperf }) => [iperf3, sockperf])).size).toBe(2 * PATH_NAMES.length);
  expect(new Set(ports.map(({ http }) => http)).size).toBe(1);
});

test("a chosen row is free, below the ports that the kernel and kube-proxy give out, and holds every server", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 20_000, max: 29_999 }), { maxLength: 400 }), fc.nat(), (taken, seed) => {
      const first = chooseFreePorts(new Set(taken), (below) => seed % below);
      if (first === undefined) return;
      const ports = PATH_NAMES.flatMap((path) => {
        const { http, sockperf, iperf3 } = listeningPorts(path, first);
        return [http, sockperf, iperf3];
      });
      for (const port of ports) {
        expect(port).toBeGreaterThanOrEqual(first);
        expect(port).toBeLessThan(Math.min(30_000, first + PORTS_IN_A_ROW));
        expect(taken).not.toContain(port);
      }
    }),
  );
});

test("two draws look in different places, and a host without a free row says so", () => {
  expect(chooseFreePorts(new Set(), () => 0)).not.toBe(chooseFreePorts(new Set(), () => 1));
  const every = new Set(Array.from({ length: 65_536 }, (_, port) => port));
  expect(chooseFreePorts(every, () => 3)).toBeUndefined();
});
