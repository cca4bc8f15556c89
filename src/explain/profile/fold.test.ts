import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sample, sampleAt } from "../../../test/synthetic/profile.js";
import { foldStacks, layerOf, layersOn, layerTimes, toolsOf, UNRESOLVED } from "./fold.js";
import type { Sample } from "./samples.js";

const TOOLS = toolsOf(["ab", "nginx", "podwire-udp-proxy"]);
const weightOf = (samples: readonly { readonly weight: number }[]): number => samples.reduce((sum, { weight }) => sum + weight, 0);
const samples = fc.array(sample);

describe("the layer of a sample", () => {
  test.each([
    [["veth_xmit", "dev_hard_start_xmit", "tcp_write_xmit"], "namespace-veth"],
    // Generic leaves count for their callers, however far away.
    [["memcpy", "skb_push", "vxlan_xmit", "__dev_queue_xmit"], "encapsulation"],
    [["_raw_spin_lock_bh", "nf_conntrack_in", "nf_hook_slow"], "conntrack"],
    [["kmem_cache_alloc", "__alloc_skb", "tcp_stream_alloc_skb"], "packet-memory"],
    [["kmem_cache_alloc", "init_conntrack"], "conntrack"],
    // Without a named caller a generic one keeps its own layer.
    [["_raw_spin_lock_bh", "some_function"], "locks"],
    [["some_function", "another"], "other-kernel"],
    [["default_idle", "do_idle"], "idle"],
  ] as const)("%s", (symbols, layer) => {
    expect(layerOf(sampleAt(0, symbols), TOOLS)).toBe(layer);
  });

  test("an address without a name counts for its caller, and is shown where it has none", () => {
    const unnamed = { symbol: undefined, module: "[unknown]" };
    const below = sampleAt(0, ["br_handle_frame"]);
    expect(layerOf({ ...below, frames: [unnamed, ...below.frames] }, TOOLS)).toBe("bridge");
    expect(layerOf({ ...below, frames: [unnamed, unnamed] }, TOOLS)).toBe("unresolved");
    expect(foldStacks([{ ...below, frames: [unnamed] }], TOOLS)[0]?.stack).toEqual(["ab", UNRESOLVED]);
  });

  test("the load's own code is its program's, that of others theirs, and so is what others ask the kernel for", () => {
    const own: Sample = sampleAt(0, []);
    expect(layerOf(own, TOOLS)).toBe("program");
    expect(layerOf({ ...own, thread: "podwire-udp-pro" }, TOOLS)).toBe("program");
    expect(layerOf({ ...own, thread: "node" }, TOOLS)).toBe("other-programs");
    expect(layerOf(sampleAt(0, ["tcp_sendmsg", "do_syscall_64"], "node"), TOOLS)).toBe("other-programs");
    expect(layerOf(sampleAt(0, ["kdamond_fn", "kthread"], "kdamond.0"), TOOLS)).toBe("other-programs");
    expect(layerOf(sampleAt(0, ["chacha20_crypt", "kthread"], "kworker/0:1-wg"), TOOLS)).toBe("crypto");
    // An interrupt has nothing to do with whom it interrupts.
    expect(layerOf(sampleAt(0, ["tcp_v4_rcv", "handle_softirqs", "do_syscall_64"], "node"), TOOLS)).toBe("tcp-udp");
  });

  test("each sample has one, among those on its stack", () => {
    fc.assert(fc.property(sample, (one) => layersOn(one, TOOLS).has(layerOf(one, TOOLS))));
  });
});

test("folding conserves weight: layers add up to all, stacks to all that is the network's", () => {
  fc.assert(
    fc.property(samples, (some) => {
      const times = layerTimes(some, TOOLS);
      const self = [...times.values()].reduce((sum, time) => sum + time.self, 0);
      expect(self).toBe(weightOf(some));
      const leftOut = (times.get("idle")?.self ?? 0) + (times.get("other-programs")?.self ?? 0);
      expect(weightOf(foldStacks(some, TOOLS))).toBe(weightOf(some) - leftOut);
      for (const { self: own, inclusive } of times.values()) {
        expect(inclusive).toBeGreaterThanOrEqual(own);
        expect(inclusive).toBeLessThanOrEqual(weightOf(some));
      }
    }),
  );
});

test("equal stacks are one, the largest stands first, and their order does not matter", () => {
  fc.assert(
    fc.property(samples, (some) => {
      const folded = foldStacks(some, TOOLS);
      expect(new Set(folded.map(({ stack }) => stack.join("\n"))).size).toBe(folded.length);
      expect(folded.map(({ weight }) => weight)).toEqual(folded.map(({ weight }) => weight).sort((one, other) => other - one));
      const sorted = (list: typeof folded) => list.map((one) => JSON.stringify(one)).sort();
      expect(sorted(foldStacks([...some].reverse(), TOOLS))).toEqual(sorted(folded));
    }),
  );
});

test("what a softirq does stands on the softirq, whomever it interrupted", () => {
  const [one, ...others] = foldStacks(
    ["ab", "node", "swapper"].map((thread) => sampleAt(0, ["tcp_v4_rcv", "handle_softirqs", "do_syscall_64"], thread)),
    TOOLS,
  );
  expect(one).toEqual({ stack: ["softirq", "tcp_v4_rcv"], weight: 3_000_000 });
  expect(others).toEqual([]);
});
