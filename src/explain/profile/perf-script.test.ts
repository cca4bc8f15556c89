import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KERNEL, sample, scriptOf } from "../../../test/synthetic/profile.js";
import { layerTimes, toolsOf } from "./fold.js";
import { PerfScriptError, readPerfScript } from "./perf-script.js";

const FOLDER = new URL("../../../test/captured/perf/", import.meta.url);
const captured = (name: string): string => readFileSync(new URL(name, FOLDER), "utf8");
const CAPTURES = readdirSync(FOLDER).filter((name) => name.endsWith(".txt"));

describe("what perf printed on this machine", () => {
  test.each(CAPTURES)("%s is read whole", (name) => {
    const text = captured(name);
    const samples = readPerfScript(text);
    expect(samples).toHaveLength(text.split("\n\n").length - 1);
    expect(samples.every(({ weight, time }) => weight > 0 && time > 0)).toBe(true);
    expect(samples.flatMap(({ frames }) => frames).some(({ symbol }) => symbol === "handle_softirqs")).toBe(true);
  });

  test.each(CAPTURES)("%s: each cut of it is read as far as whole samples go, or refused", (name) => {
    const text = captured(name);
    fc.assert(
      fc.property(fc.nat(text.length - 1), (length) => {
        const cut = text.slice(0, length);
        if (cut.trim() !== "" && cut.endsWith("\n\n")) return readPerfScript(cut).length > 0;
        expect(() => readPerfScript(cut)).toThrow(PerfScriptError);
        return true;
      }),
      { numRuns: 50 },
    );
  });

  test("layers of a pod's way are found in a capture of one", () => {
    const times = layerTimes(readPerfScript(captured("http-flannel-vxlan.txt")), toolsOf(["ab", "nginx"]));
    for (const layer of ["namespace-veth", "bridge", "conntrack", "ruleset", "encapsulation", "tcp-udp", "program"] as const) {
      expect(times.get(layer)?.inclusive, layer).toBeGreaterThan(0);
    }
    expect(times.has("unresolved")).toBe(false);
  });
});

test("whatever perf prints is read as it was", () => {
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1 }), (samples) => {
      expect(readPerfScript(samples.map(scriptOf).join(""))).toEqual(samples);
    }),
  );
});

test("suffixes of compilers and offsets are no part of a name, and functions of programs are left out", () => {
  const head = "x 1 [000] 1.000000000: 1 \n";
  const [one] = readPerfScript(
    `${head}\tffffffff81000000 tcp_ack.isra.0+0x1f (${KERNEL})\n\tffffffffc0000000 bpf_prog_6deef7357e7b4530 ([bpf])\n\t    7f0000000000 write (/usr/lib/libc.so.6)\n\n`,
  );
  expect(one?.frames.map(({ symbol }) => symbol)).toEqual(["tcp_ack", "bpf_prog_6deef7357e7b4530"]);
});

describe("what is no output of perf script is refused in one line", () => {
  test.each([
    ["nothing", "", /printed nothing/],
    ["blank lines", "\n\n\n", /printed nothing/],
    ["perf.data itself", "PERFILE2\u0000\u0001", /binary/],
    ["bytes", "ab\u0000cd\n\n", /binary/],
    ["half a sample", "x 1 [000] 1.000000000: 1 \n\tffffffff81000000 tcp_ack ([kernel", /cut off at line 2/],
    ["prose", "no such file\n\n", /line 1 .* head of a sample: "no such file"/],
    ["a stack of something else", "x 1 [000] 1.000000000: 1 \nfoo\n\n", /line 2 .* function of a stack/],
  ])("%s", (_, text, message) => {
    expect(() => readPerfScript(text)).toThrow(message);
  });

  test("any text is read or refused", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        try {
          readPerfScript(text);
        } catch (error) {
          expect(error).toBeInstanceOf(PerfScriptError);
          expect((error as Error).message).not.toContain("\n");
        }
      }),
    );
  });
});
