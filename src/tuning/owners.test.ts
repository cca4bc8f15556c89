import { describe, expect, test } from "vitest";
import { bannedIrqsAmong, ownersAmong } from "./owners.js";

describe("programs that write the node's values", () => {
  test("are known by their processes, an interpreter's script by its own name", () => {
    expect(
      ownersAmong(["/usr/local/bin/kube-proxy --config=/var/lib/x", "/usr/bin/python3 -Es /usr/sbin/tuned -l -P", "vi kube-proxy.md", ""]),
    ).toEqual(["kube-proxy", "tuned"]);
  });

  test.each([
    ["/usr/sbin/irqbalance --foreground --banirq=24 --banirq=25", [24, 25]],
    ["/usr/sbin/irqbalance -i 24 -i25 --debug", [24, 25]],
    ["/usr/sbin/irqbalance --banirq 24", [24]],
    ["/usr/sbin/irqbalance --interval=10 --policyscript=/x-i 24", []],
    ["grep -i 24 /proc/interrupts", []],
  ] as const)("%s leaves interrupts %j", (line, irqs) => {
    expect(bannedIrqsAmong([line])).toEqual(irqs);
  });
});
