import { describe, expect, test } from "vitest";
import { congestionControl, parseOffloads } from "./facts.js";
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
});
