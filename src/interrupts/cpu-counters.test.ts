import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byCpu, type CpuTexts, softnetOf, workBetween } from "./cpu-counters.js";

const SOFTIRQS = `                    CPU0       CPU1
          HI:          1          0
       TIMER:        100        200
      NET_TX:          3          4
      NET_RX:      50000      70000
`;
const INTERRUPTS = `           CPU0       CPU1
  4:         10          0   IO-APIC   4-edge      ttyS0
 27:        100        200   PCI-MSI 49152-edge      virtio0-input.0
LOC:       1000       2000   Local timer interrupts
ERR:          0
MIS:          0
`;
const SOFTNET = `0000c350 00000000 00000002 00000000 00000000 00000000 00000000 00000000 00000000 00000007 00000000 00000000 00000000
00011170 00000001 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000001
`;
const STAT = `cpu  300 0 600 1000 0 0 90 0 0 0
cpu0 100 0 200 500 0 0 60 0 0 0
cpu1 200 0 400 500 0 0 30 0 0 0
intr 1
`;
const texts = (changes: Partial<CpuTexts> = {}): CpuTexts => ({
  softirqs: SOFTIRQS,
  interrupts: INTERRUPTS,
  softnet: SOFTNET,
  stat: STAT,
  ksoftirqd: new Map([[0, "14 (ksoftirqd/0) S 2 0 0 0 -1 69238848 0 0 0 0 0 250 0 0 20 0 1 0 3 0 0"]]),
  ...changes,
});

describe("counters by CPU", () => {
  test("tables with a column a CPU, without the rows that have none", () => {
    expect(byCpu(INTERRUPTS).get(1)).toEqual({ "4": 0, "27": 200, LOC: 2000 });
    expect(byCpu(SOFTIRQS).get(0)).toEqual({ HI: 1, TIMER: 100, NET_TX: 3, NET_RX: 50_000 });
  });

  test("softnet's columns are hexadecimal, and lines name their CPU", () => {
    const [first = "", second = ""] = SOFTNET.split("\n");
    expect(softnetOf(`${second}\n${first}\n`).get(0)).toEqual({ packets: 50_000, dropped: 0, timeSqueeze: 2, receivedRps: 7 });
    expect(softnetOf("00000001 00000000 00000000\n00000002 00000000 00000000\n").get(1)?.packets).toBe(2);
  });

  test("what a CPU did is the difference", () => {
    const later = texts({
      softirqs: SOFTIRQS.replace("50000", "50123"),
      stat: STAT.replace("cpu0 100 0 200 500 0 0 60", "cpu0 110 0 230 500 0 0 80"),
      ksoftirqd: new Map([[0, "14 (ksoftirqd/0) S 2 0 0 0 -1 69238848 0 0 0 0 0 255 0 0 20 0 1 0 3 0 0"]]),
    });
    const [first, second] = workBetween(texts(), later);
    expect(first).toMatchObject({ cpu: 0, softirqs: { NET_RX: 123, TIMER: 0 }, busy: 0.6, softirqSeconds: 0.2, ksoftirqdSeconds: 0.05 });
    expect(second).toMatchObject({ cpu: 1, busy: 0, packets: 0, interrupts: 0 });
  });

  test("a counter of 32 bits may go round", () => {
    const high = SOFTNET.replace("0000c350", "fffffff0");
    const low = SOFTNET.replace("0000c350", "00000010");
    expect(workBetween(texts({ softnet: high }), texts({ softnet: low }))[0]?.packets).toBe(32);
  });

  test("any table of counts is read back", () => {
    const rows = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[A-Z]{2,6}$/), fc.array(fc.nat(), { minLength: 3, maxLength: 3 })), {
      selector: ([name]) => name,
    });
    fc.assert(
      fc.property(rows, (table) => {
        const text = `     CPU0 CPU1 CPU5\n${table.map(([name, counts]) => `${name}: ${counts.join(" ")}\n`).join("")}`;
        expect(byCpu(text).get(5)).toEqual(Object.fromEntries(table.map(([name, counts]) => [name, counts[2]])));
      }),
    );
  });
});
