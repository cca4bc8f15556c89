/** kube-proxy's IPVS mode under a second kernel, since this machine's may have no IPVS: what it loads is taken, and a Service answers from pods and nodes. */
import { beforeAll, describe, expect, test } from "vitest";
import { locate } from "../../scripts/setup/programs.mjs";
import { measuredAddress } from "../../src/layers/services/service-list.js";
import { podAddress } from "../../src/modes/parts/addresses.js";
import { resolveVariant } from "../../src/variants/variant.js";
import { built, inside, logOf } from "./scripts.js";
import { missingSecondKernel, runUnderSecondKernel, type SecondKernelRun } from "./user-mode-linux.js";

const COUNT = 40;
const MODES = ["calico-routed", "flannel-host-gw"];
/** The measured Service, whose one endpoint is pod-b. */
const SERVICE = measuredAddress(COUNT);
const ENDPOINT = podAddress(1);
const missing =
  (await missingSecondKernel()) ?? (locate("ipvsadm") === undefined ? "ipvsadm is not installed (apt-get install ipvsadm)" : undefined);

const asked = (from: string): string[] => {
  const word = `${from}-asks`;
  return [
    `${inside("pod-b")} socat -u TCP-LISTEN:80,reuseaddr OPEN:/run/${word},creat &`,
    `echo ${word} | ${inside(from)} socat -u - TCP:${SERVICE}:80,retry=50,interval=0.1`,
    "wait $!",
    `grep -qx ${word} /run/${word}`,
  ];
};

const notAnswered = (port: number): string =>
  `if ${inside("pod-a")} socat -u OPEN:/dev/null TCP:${SERVICE}:${String(port)},connect-timeout=2; then exit 1; fi`;

/** Builds the variant, asks its Service from everywhere, looks at what was loaded, and takes the endpoint away. */
function script(name: string): string {
  const variant = resolveVariant(`${name}+kube-proxy-ipvs:${String(COUNT)}`);
  return [
    built(variant.name, variant.wire({ nodes: 2, mtu: 1500 })),
    ...["pod-a", "node-a", "node-b"].flatMap(asked),
    `${inside("node-a")} ipvsadm -Ln | grep -q 'TCP  ${SERVICE}:80 rr'`,
    `test "$(${inside("node-a")} ip -4 -o address show dev kube-ipvs0 | wc -l)" -ge ${String(COUNT)}`,
    `${inside("node-a")} ipset test KUBE-CLUSTER-IP ${SERVICE},tcp:80`,
    // A port that the Service does not have is refused, though its address is the node's own.
    notAnswered(9),
    `${inside("pod-b")} socat -u TCP-LISTEN:80,reuseaddr,fork OPEN:/dev/null &`,
    `${inside("pod-a")} socat -u OPEN:/dev/null TCP:${SERVICE}:80,retry=50,interval=0.1`,
    // Its one endpoint gets no more connections, though it still answers.
    `echo "-e -t ${SERVICE}:80 -r ${ENDPOINT}:80 -m -w 0" | ${inside("node-a")} ipvsadm --restore`,
    notAnswered(80),
    `${inside("pod-a")} socat -u OPEN:/dev/null TCP:${ENDPOINT}:80,connect-timeout=2`,
    "kill $!",
    "",
  ].join("\n");
}

describe.skipIf(missing !== undefined)(
  `kube-proxy's IPVS mode under a second kernel${missing === undefined ? "" : ` (${missing})`}`,
  () => {
    let run: SecondKernelRun;
    beforeAll(async () => {
      run = await runUnderSecondKernel(Object.fromEntries(MODES.map((name) => [name, script(name)])));
    });

    test.each(MODES)("%s: loads, and its Service is reached from pods and nodes", (name) => {
      expect({ result: run.results[name], log: logOf(run, name) }).toEqual({ result: "ok", log: "" });
    });
  },
);
