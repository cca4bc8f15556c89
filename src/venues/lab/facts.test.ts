import { describe, expect, test } from "vitest";
import { congestionControl, mtuOfPaths, parseOffloads } from "./facts.js";
import type { ReadyPath } from "./reach.js";

describe("facts", () => {
  test("offloads: all that are on, and those off that could be on", () => {
    const text =
      "Features for eth0:\nrx-checksumming: on\n\ttx-checksum-ipv4: off [fixed]\ngeneric-receive-offload: off\nrx-vlan-filter: on [fixed]\n";
    expect(parseOffloads(text)).toBe("on: rx-checksumming rx-vlan-filter; off: generic-receive-offload");
    expect(parseOffloads("")).toBe("unknown");
  });

  test("congestion control names the paths only where they differ", () => {
    const path = (id: string, name?: string): ReadyPath => ({ path: { id } as ReadyPath["path"], congestionControl: name });
    expect(congestionControl([path("a", "cubic"), path("b", "cubic")])).toBe("cubic on every path");
    expect(congestionControl([path("a", "cubic"), path("b")])).toBe("cubic on a; the kernel's default on b");
  });

  test("the MTU of paths is the kernels', with what was planned where that is another", () => {
    const path = (id: string, mtu: number, bytes: number): ReadyPath => ({
      path: { id, mtu, kernelMtu: { bytes, by: "link" } } as ReadyPath["path"],
      congestionControl: undefined,
    });
    expect(mtuOfPaths([path("a", 1500, 1500), path("b", 1500, 1500)])).toEqual({ "MTU of paths": "1500 bytes (the link's) on every path" });
    expect(mtuOfPaths([path("a", 1500, 1500), path("b", 1450, 1500)])["MTU of paths"]).toContain("; planned were 1450 bytes on b");
    expect(mtuOfPaths([])).toEqual({});
  });
});
