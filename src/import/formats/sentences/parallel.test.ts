import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { importTexts } from "../../../../test/synthetic/imported-texts.js";
import { parallelIn } from "./parallel.js";

const read = (text: string): readonly (readonly [string | undefined, number | undefined])[] =>
  parallelIn(text).bound.map(({ role, value }) => [role, value.value]);

describe("lists that answer each other", () => {
  test.each([
    ["Between hosts and between pods we measured 9.2 Gbit/s and 3.8 Gbit/s, respectively."],
    ["9.2 and 3.8 Gbit/s between hosts and pods, respectively"],
    ["Host vs pod: 9.2 vs 3.8 Gbit/s"],
    ["host/pod: 9.2/3.8 Gbit/s"],
    ["Zwischen Knoten und zwischen Pods messen wir 9,2 Gbit/s bzw. 3,8 Gbit/s."],
    ["Скорость между хостами и между подами составляет 9,2 и 3,8 Гбит/с соответственно."],
    ["Entre hosts y entre pods medimos 9,2 y 3,8 Gbit/s, respectivamente."],
    ["节点之间和 Pod 之间的带宽分别是 9.2 Gbit/s 和 3.8 Gbit/s。"],
  ])("%s", (text) => {
    expect(read(text)).toEqual([
      ["host", expect.closeTo(9.2e9, -3)],
      ["pod", expect.closeTo(3.8e9, -3)],
    ]);
  });

  test("three ends, and a second list in the same order", () => {
    expect(read("Host to host, pod to pod and pod to Service reach 9.4, 6.2 and 6.0 Gbit/s, respectively.").map(([role]) => role)).toEqual([
      "host",
      "pod",
      "service",
    ]);
    expect(read("Pod vs host: 6.1 vs 9.4 Gbit/s, 44000 vs 61000 requests/s").map(([role]) => role)).toEqual(["pod", "host", "pod", "host"]);
  });

  test("a comparison in brackets counts where it is as the words say, and only there", () => {
    expect(read("Pod to pod is 3 times slower than host to host (3.1 Gbit/s versus 9.4 Gbit/s).").map(([role]) => role)).toEqual([
      "pod",
      "host",
    ]);
    expect(read("Pod to pod is 3 times slower than host to host (9.4 Gbit/s versus 3.1 Gbit/s).")).toEqual([]);
  });

  test("more ends than numbers, or other ends, place none of them", () => {
    for (const text of [
      "Hosts, pods and Services reach 9.4 and 6.1 Gbit/s, respectively.",
      "A pod on a host and a host reach 9.4, 6.1 and 2 Gbit/s, respectively.",
    ])
      for (const { role } of importTexts({ t: text }).figures) expect(role).toBeNull();
  });

  test("random numbers in either order come back on their side", () => {
    const number = fc.integer({ min: 11, max: 999 }).filter((one) => one % 10 !== 0);
    fc.assert(
      fc.property(number, number, fc.boolean(), fc.constantFrom("respectively", "vs"), (a, b, hostFirst, how) => {
        const [first, second] = hostFirst ? ["hosts", "pods"] : ["pods", "hosts"];
        const text =
          how === "vs"
            ? `${first} vs ${second}: ${String(a)} vs ${String(b)} Mbit/s`
            : `Between ${first} and between ${second} I measured ${String(a)} and ${String(b)} Mbit/s respectively.`;
        const { figures } = importTexts({ t: text });
        expect(figures.map(({ role, value }) => [role, Math.round(value / 1e6)])).toEqual([
          [first === "hosts" ? "host" : "pod", a],
          [second === "hosts" ? "host" : "pod", b],
        ]);
      }),
      { numRuns: 60 },
    );
  });
});
