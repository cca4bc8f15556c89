import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOST_FIGURES, summaryOfServices } from "../../../test/synthetic/services.js";
import { shownPath } from "../../model/shown-path.js";
import { painter } from "../terminal/paint.js";
import { displayWidth } from "../terminal/text.js";
import { servicesSection } from "./html.js";
import { countsOf, serviceCharts } from "./lines.js";
import { loadingTexts } from "./loading.js";
import { serviceTables } from "./terminal.js";
import { walkedToTheEnd } from "./walked.js";

const at = (width: number) => ({ width, paint: painter(false) });

const iptables = (services: number, toService: number, podToPod = toService) => ({
  base: "flannel-host-gw",
  layer: "kube-proxy-iptables",
  services,
  toService,
  podToPod,
});
const nftables = (services: number, toService: number) => ({ ...iptables(services, toService), layer: "kube-proxy-nftables" });

const summary = summaryOfServices({ "flannel-host-gw": 0.8 }, [
  iptables(1_000, 0.7),
  iptables(10_000, 0.2, 0.1),
  nftables(1_000, 0.75),
  nftables(10_000, 0.74),
]);

describe("figures by the number of Services", () => {
  test("are a line for each way of carrying them, which begins with the mode itself", () => {
    const chart = serviceCharts(summary).find(({ metric }) => metric === "http");
    if (chart === undefined) throw new Error("no chart");
    expect(countsOf(chart)).toEqual([0, 1_000, 10_000]);
    expect(
      chart.lines.map(({ label, points }) => [label, points.map(({ services, value }) => [services, Math.round(value ?? 0)])]),
    ).toEqual([
      [
        "kube-proxy-iptables",
        [
          [0, 8_000],
          [1_000, 7_000],
          [10_000, 2_000],
        ],
      ],
      [
        "kube-proxy-nftables",
        [
          [0, 8_000],
          [1_000, 7_500],
          [10_000, 7_400],
        ],
      ],
    ]);
  });

  test("carry the interval of their ratio", () => {
    const [chart] = serviceCharts(summary);
    const point = chart?.lines[0]?.points[1];
    expect(point?.low).toBeCloseTo(0.7 * 0.95 * HOST_FIGURES.http);
    expect(point?.high).toBeCloseTo(0.7 * 1.06 * HOST_FIGURES.http);
  });

  test("of several modes name the mode too", () => {
    const two = summaryOfServices({ "flannel-host-gw": 0.8, gce: 0.7 }, [iptables(100, 0.7), { ...iptables(100, 0.6), base: "gce" }]);
    expect(serviceCharts(two)[0]?.lines.map(({ label }) => label)).toEqual([
      "flannel-host-gw, kube-proxy-iptables",
      "gce, kube-proxy-iptables",
    ]);
  });

  test("of layers that have one number are one line, which begins with the mode without them", () => {
    const withNodePorts = (services: number) => {
      const [made] = summaryOfServices({}, [{ ...iptables(services, 0.7), layer: "socket-lb" }]).modes.slice(1);
      if (made === undefined) throw new Error("no variant");
      const card = { layer: "tc-nodeport", argument: services, counts: "Services" };
      return { ...made, mode: `${made.mode}+tc-nodeport:${String(services)}`, layers: [...(made.layers ?? []), card] };
    };
    const plain = summaryOfServices({ "flannel-host-gw": 0.8 }, []);
    const [chart] = serviceCharts({ ...plain, modes: [...plain.modes, withNodePorts(10), withNodePorts(100)] });
    expect(chart?.lines.map(({ label, points }) => [label, points.map(({ services }) => services)])).toEqual([
      ["socket-lb+tc-nodeport", [0, 10, 100]],
    ]);
  });

  test("are none where nothing was measured at two numbers", () => {
    expect(serviceCharts(summaryOfServices({ gce: 0.7 }, [iptables(100, 0.7)]))).toEqual([]);
    expect(serviceCharts(summaryOfServices({ gce: 0.7 }, []))).toEqual([]);
    expect(serviceTables(summaryOfServices({ gce: 0.7 }, []), at(100))).toEqual([]);
    expect(servicesSection(summaryOfServices({ gce: 0.7 }, [])).text).toBe("");
  });

  test("are a table of the terminal, with what loading took", () => {
    expect(serviceTables(summary, at(100)).join("\n").replaceAll("\u00a0", " ")).toMatch(
      /by the number of Services\n +0 +1 000 +10 000\n +kube-proxy-iptables +8\.00 kreq\/s ±6% +7\.00 kreq\/s ±6% +2\.00 kreq\/s ±6%\n[\s\S]*Loading, which no budget counts\n.*\n +kube-proxy-iptables +- +1 s +10 s/,
    );
    expect(loadingTexts(summary)[0]).toBe("flannel-host-gw+kube-proxy-iptables:1000: 1000 Services in 1 s (node-a 1 s)");
  });

  test.each([40, 60, 80])("are tables with every figure and its distance at %d columns, none of them wider", (width) => {
    const bases = ["flannel-host-gw", "calico-vxlan"];
    const counts = [10, 100, 1_000, 10_000, 30_000];
    const many = summaryOfServices(
      { "flannel-host-gw": 0.8, "calico-vxlan": 0.6 },
      bases.flatMap((base) => counts.map((count) => ({ ...iptables(count, 0.7), base }))),
    );
    const lines = serviceTables(many, at(width));
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    // Two charts; on each line of a chart the mode itself and the five numbers.
    expect(lines.join("\n").match(/ ±6%/g)).toHaveLength(2 * 2 * 6);
    expect(lines.join(" ").match(/30\u00a0000/g)).toHaveLength(2 + 1);
  });

  test("are a plot with a mark for every figure and a table with its interval", () => {
    const { text } = servicesSection(summary);
    expect(text.match(/data-services="10000"/g)).toHaveLength(2 * 2);
    expect(text.replaceAll("\u00a0", " ")).toContain('7.00 kreq/s<span class="own-ratio">6.65 to 7.42 kreq/s</span>');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  test("are drawn inside of the plot whatever they are", () => {
    const ratios = fc.double({ min: 1e-4, max: 50, noNaN: true });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 32_000 }), ratios), { selector: ([count]) => count, minLength: 1, maxLength: 5 }),
        ratios,
        (points, base) => {
          const { text } = servicesSection(
            summaryOfServices(
              { "flannel-host-gw": base },
              points.map(([count, ratio]) => iptables(count, ratio)),
            ),
          );
          expect(text).not.toMatch(/NaN|undefined|Infinity/);
          for (const [, x, y] of text.matchAll(/transform="translate\(([-\d.]+) ([-\d.]+)\)" data-services/g)) {
            expect(Number(x) >= 0 && Number(x) <= 640 && Number(y) >= 0 && Number(y) <= 300).toBe(true);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

test("a mode with Services is shown by the path to one where the metric has it", () => {
  const variant = summary.modes.find(({ mode }) => mode === "flannel-host-gw+kube-proxy-iptables:1000");
  const mode = summary.modes.find((one) => one.mode === "flannel-host-gw");
  if (variant === undefined || mode === undefined) throw new Error("no such mode");
  expect(shownPath(variant, "http")).toBe("pod-service");
  expect(shownPath(variant, "latency.icmp")).toBe("pod-pod");
  expect(shownPath(mode, "http")).toBe("pod-pod");
});

test("pods that are slower by their own address than by a Service's are named, and no others", () => {
  expect(walkedToTheEnd(summary)).toEqual(["flannel-host-gw+kube-proxy-iptables:10000"]);
});
