import { describe, expect, test } from "vitest";
import { LAYERS } from "../layers/index.js";
import { loadSeconds } from "./load-time.js";
import { resolveVariant } from "./variant.js";

const secondsOf = (name: string, nodes = 2, copies = 1): number => loadSeconds(resolveVariant(name), { nodes, copies });

describe("loading", () => {
  const kubeProxies = LAYERS.map(({ name }) => name).filter((name) => name.startsWith("kube-proxy-"));

  test.each(kubeProxies)("%s has a time, more for more Services", (name) => {
    const [few, many] = [secondsOf(`gce+${name}:1000`), secondsOf(`gce+${name}:10000`)];
    expect(few).toBeGreaterThan(0.05);
    expect(many).toBeGreaterThan(few * 10);
  });

  test("IPVS grows nearly in line with the number, nf_tables with its square", () => {
    const growth = (layer: string): number => secondsOf(`gce+${layer}:32000`) / secondsOf(`gce+${layer}:8000`);
    expect(growth("kube-proxy-ipvs")).toBeLessThan(6);
    expect(growth("kube-proxy-nftables")).toBeGreaterThan(12);
  });

  test("maps take no time that matters", () => {
    expect(secondsOf("macvlan+socket-lb:32000")).toBe(0);
  });

  test("two nodes load side by side, and more take their turns", () => {
    const alone = secondsOf("gce+kube-proxy-ipvs:10000");
    expect(secondsOf("gce+kube-proxy-ipvs:10000", 4)).toBeCloseTo(2 * alone, 6);
    expect(secondsOf("gce+kube-proxy-ipvs:10000", 2, 2)).toBeCloseTo(2 * alone, 6);
  });
});
