/**
 * podwire's programs at devices under a kernel from before TCX: they hang by clsact, and pass packets on. tc-nodeport, which hangs by the same code, is not
 * tried: user-mode-linux has no JIT compiler, without which Linux takes no program that calls bpf_loop.
 */
import { expect, test } from "vitest";
import { EBPF_LOADER } from "../../src/model/ebpf.js";
import { resolveVariant } from "../../src/variants/variant.js";
import { compile } from "../../src/venues/lab/compile.js";
import { planText } from "../../src/venues/lab/plan-text.js";
import { inside } from "./scripts.js";
import { missingSecondKernel, runUnderSecondKernel } from "./user-mode-linux.js";

const LOADER = new URL(`../../dist/native/${EBPF_LOADER}`, import.meta.url).pathname;
const missing = await missingSecondKernel();

function script(): string {
  const wiring = resolveVariant("ebpf-routed").wire({ nodes: 2, mtu: 1500 });
  return [
    planText("ebpf-routed", compile("second", wiring), new Map([[EBPF_LOADER, LOADER]])),
    `${inside("pod-a")} /bin/busybox ping -c 1 -W 3 ${wiring.paths["pod-pod"]?.address ?? ""}`,
    `${inside("node-b")} tc filter show dev eth0 ingress | grep -q from_card`,
    // An assignment fails with its command.
    ...[`listed=$(${inside("node-b")} ${LOADER} tcx)`, 'test -z "$listed"'],
  ].join("\n");
}

test.skipIf(missing !== undefined)(
  `under a kernel without TCX programs hang by clsact${missing === undefined ? "" : ` (${missing})`}`,
  async () => {
    const { release, results, console: log } = await runUnderSecondKernel({ "ebpf-routed": script() });
    expect(release).toMatch(/^6\.1\./);
    const complaints = log.split("\n").filter((line) => line.startsWith("LOG "));
    expect({ results, complaints }).toEqual({ results: { "ebpf-routed": "ok" }, complaints: [] });
  },
);
