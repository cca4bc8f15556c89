import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCpuTimes, parseDevices, parseProtocols, parseThread, parseThrottled, parseUptime } from "./proc-text.js";

describe("/proc/stat", () => {
  test("idle, iowait and steal are not busy, though a stolen CPU is not free; guest time is in user time already", () => {
    const text = "cpu  100 10 20 1000 50 3 7 9 40 5\ncpu0 60 10 10 900 50 1 1 9 40 5\ncpu1 40 0 10 100 0 2 6 0 0 0\nintr 5\n";
    expect(parseCpuTimes(text)).toEqual({
      busy: 1.4,
      softirq: 0.07,
      steal: 0.09,
      idle: 10.5,
      perCpu: { cpu0: expect.closeTo(0.91) as number, cpu1: 0.58 },
    });
  });
});

describe("/proc/uptime and cpu.stat", () => {
  test("are seconds, whatever unit the kernel counts in", () => {
    expect(parseUptime("5766.70 5013.90\n")).toBe(5766.7);
    expect(parseThrottled("nr_throttled 2\nthrottled_usec 1500000\n")).toBe(1.5);
    expect(parseThrottled("nr_throttled 2\nthrottled_time 250000000\n")).toBe(0.25);
    expect(parseThrottled("usage_usec 7\n")).toBeUndefined();
  });
});

describe("/proc/net/dev", () => {
  test("gives the counters of each device, of names with dots and of lines without a blank after the colon too", () => {
    const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:     336       4    0    0    0     0          0         0      336       4    0    0    0     0       0          0
eth0.10:123456789012 77 1 2 0 0 0 0 5 6 7 8 0 0 0 0
`;
    expect(parseDevices(text)).toEqual({
      lo: { rxBytes: 336, rxPackets: 4, rxDropped: 0, txBytes: 336, txPackets: 4, txDropped: 0 },
      "eth0.10": { rxBytes: 123_456_789_012, rxPackets: 77, rxDropped: 2, txBytes: 5, txPackets: 6, txDropped: 8 },
    });
  });
});

describe("/proc/net/snmp and netstat", () => {
  test("pair names with numbers, negative ones too", () => {
    const text = "Ip: Forwarding DefaultTTL\nIp: 2 64\nTcp: MaxConn RetransSegs\nTcp: -1 12\n";
    expect(parseProtocols(text)).toEqual({ "Ip.Forwarding": 2, "Ip.DefaultTTL": 64, "Tcp.MaxConn": -1, "Tcp.RetransSegs": 12 });
  });

  test("whatever the kernel counts is found under its name", () => {
    const name = fc.stringMatching(/^[A-Z][A-Za-z0-9]{0,12}$/);
    fc.assert(
      fc.property(
        name,
        fc.uniqueArray(fc.tuple(name, fc.nat()), { selector: ([counter]) => counter, minLength: 1 }),
        (protocol, counters) => {
          const names = counters.map(([counter]) => counter).join(" ");
          const values = counters.map(([, value]) => String(value)).join(" ");
          const expected = Object.fromEntries(counters.map(([counter, value]) => [`${protocol}.${counter}`, value]));
          expect(parseProtocols(`${protocol}: ${names}\n${protocol}: ${values}\n`)).toEqual(expected);
        },
      ),
    );
  });
});

describe("/proc/PID/stat", () => {
  test("is read behind the program's name, whatever that holds", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 15 }), (name) => {
        expect(parseThread(`17 (${name}) T 1 42 42 0 -1 4194304 99`)).toEqual({ state: "T", group: 42 });
      }),
    );
  });
});
