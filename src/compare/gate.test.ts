import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { METRICS } from "../model/metric.js";
import { PATH_NAMES } from "../model/path.js";
import { formatGate, type Gate, GateError, parseGate } from "./gate.js";

const names = {
  modes: ["host", "flannel-vxlan", "macvlan", "macvlan+socket-lb:10000", "macvlan+host-shim+socket-lb:10000+tc-nodeport:10000"],
  metrics: METRICS.map((metric) => metric.name),
};
const parse = (text: string): Gate => parseGate(text, names);

function refusal(text: string): GateError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof GateError) return error;
    throw error;
  }
  throw new Error(`${text} was taken for a gate`);
}

describe("the gates of the documentation", () => {
  test.each([
    ["http<0.95", { path: "pod-pod", metric: "http", sign: "<", number: 0.95, reads: "b" }],
    ["latency.udp.p99>1.1", { path: "pod-pod", metric: "latency.udp.p99", sign: ">", number: 1.1, reads: "b" }],
    ["flannel-vxlan:http<0.5", { mode: "flannel-vxlan", path: "pod-pod", metric: "http", sign: "<", number: 0.5, reads: "b" }],
    ["pod-service:http<0.8", { path: "pod-service", metric: "http", sign: "<", number: 0.8, reads: "b" }],
    ["macvlan:host-host:tcp.cpu>2A", { mode: "macvlan", path: "host-host", metric: "tcp.cpu", sign: ">", number: 2, reads: "b-over-a" }],
    [
      "macvlan+socket-lb:10000:pod-service:http<0.95",
      { mode: "macvlan+socket-lb:10000", path: "pod-service", metric: "http", sign: "<", number: 0.95, reads: "b" },
    ],
    [
      "macvlan+socket-lb:10000:http<0.95",
      { mode: "macvlan+socket-lb:10000", path: "pod-pod", metric: "http", sign: "<", number: 0.95, reads: "b" },
    ],
    [" macvlan : http < .9 A ", { mode: "macvlan", path: "pod-pod", metric: "http", sign: "<", number: 0.9, reads: "b-over-a" }],
  ])("%s", (text, gate) => {
    expect(parse(text)).toEqual(gate);
  });
});

test("a gate that is written is read as the same gate", () => {
  const gate: fc.Arbitrary<Gate> = fc
    .record({
      mode: fc.constantFrom(
        undefined,
        "flannel-vxlan",
        "macvlan",
        "macvlan+socket-lb:10000",
        "macvlan+host-shim+socket-lb:10000+tc-nodeport:10000",
      ),
      path: fc.constantFrom(...PATH_NAMES),
      metric: fc.constantFrom(...names.metrics),
      sign: fc.constantFrom("<" as const, ">" as const),
      number: fc.oneof(
        fc.double({ min: Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom(0.95, 1, 1e21, 1.5e-7, 12e30),
      ),
      reads: fc.constantFrom("b" as const, "b-over-a" as const),
    })
    .map(({ mode, ...rest }) => (mode === undefined ? rest : { mode, ...rest }));
  fc.assert(
    fc.property(gate, (one) => {
      expect(parse(formatGate(one))).toEqual(one);
    }),
  );
});

test("no text does anything but give a gate or a GateError", () => {
  const pieces = fc.array(fc.constantFrom("http", "<", ">", ":", "A", "0.9", "1e3", "macvlan", "pod-pod", " ", "=", "-", "∞", "\n", "%"), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        pieces.map((words) => words.join("")),
      ),
      (text) => {
        try {
          expect(parse(text).number).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(GateError);
        }
      },
    ),
  );
});

describe("what is not understood is named, with what is known", () => {
  test.each([
    ["htp<0.9", "htp", "http"],
    ["macvaln:http<0.9", "macvaln", "macvlan"],
    ["macvlan:pod-pd:http<0.9", "pod-pd", "pod-pod"],
    ["nope:pod-pod:http<0.9", "nope", "flannel-vxlan"],
  ])("%s", (text, word, known) => {
    const { unknown } = refusal(text);
    expect(unknown?.word).toBe(word);
    expect(unknown?.known).toContain(known);
  });

  test.each([
    ["http", "a gate is"],
    ["http<", "the number is missing"],
    ["http<=0.9", "without ="],
    ["http<95%", "95 % is 0.95"],
    ["http<0.9a", "A is a capital"],
    ["http<0", "not a ratio above 0"],
    ["http<-1", "not a ratio above 0"],
    ["http<1e3", "not a ratio above 0"],
    ["http<0.5<0.6", "a gate is"],
    ["<0.5", "a gate is"],
    ["a:b:c:http<1", "a gate is"],
    [":http<1", "a gate is"],
    ["host:http<1", "host is what every ratio is taken to"],
  ])("%s", (text, message) => {
    expect(refusal(text).message).toContain(message);
  });
});
