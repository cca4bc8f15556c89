import type { About, PlacedNode, RenderedFile, RenderInput, Target } from "../../contract.js";
import { NOT_MASQUERADED } from "../../node-network/node-network.js";
import { yamlText } from "../../yaml-text.js";
import { nodes as nodeObjects } from "../kubernetes/nodes.js";
import { keptElsewhere, keptNeeds, keptOn } from "./kept.js";
import { DEBIAN, WORKER_MODES, WORKER_UNITS, whatIsUnsaid, workerFiles, workerNeeds } from "./worker.js";

/** A whole worker as cloud-init's NoCloud seed. */
export const cloudInit: Target = {
  name: "cloud-init",
  title: "a whole worker that starts in the mode unattended: cloud-init's user-data, meta-data and network-config for each node",
  modes: WORKER_MODES,
  layers: [],
  takesTuning: "beside a variant",
  checker:
    "cloud-init 22.4 of Debian 12 on a node started from the seed alone, with a closed loop's result in it, in a cluster of Kubernetes 1.34; its schema, the top level closed",
  checked: "run",
  why: "a node was started from flannel-host-gw's; the network and CNI files of the other modes are those of the targets networkd and cni, as far as these were run",
  activation: { restart: "the machine, made anew from its seed", pods: "made anew" },
  needs: workerNeeds,
  render: (input) => [
    ...input.nodes.flatMap((node) => seedOf(input, node)),
    ...(nodeObjects.modes.includes(input.variant.mode.name) ? nodeObjects.render(input) : []),
    ...keptElsewhere(input),
  ],
};

const ABOUT: About = {
  needs: [
    "an image with systemd, systemd-networkd, systemd-resolved, containerd, kubelet in /usr/bin and the CNI plugins in /usr/lib/cni, such as Debian 12 with kubelet added",
    "the Node object with its PodCIDR before the first boot (cluster/nodes.yaml), where the mode has PodCIDRs; in gce the routes of the router too",
    "in the cluster what kubeadm sets up for bootstrap tokens: their requests for certificates are approved by the controllers",
  ],
  check: [
    "`kubectl get node NAME -o wide` is Ready within a minute of its joining, with its PodCIDR in `spec.podCIDR`",
    "`cloud-init status --long` on the node; `journalctl -u kubelet`",
  ],
  back: ["`kubectl drain NAME`, `kubectl delete node NAME`, and the machine made anew from its old seed"],
};

function seedOf(input: RenderInput, node: PlacedNode): readonly RenderedFile[] {
  const worker = workerFiles(input, node, DEBIAN);
  const kept = keptOn(input, node, worker);
  const units = [...WORKER_UNITS, ...kept.units];
  const userData = yamlText({
    write_files: [...worker, ...kept.files].map(({ path, text, mode }) => ({
      path,
      permissions: `0${mode.toString(8)}`,
      content: text,
    })),
    runcmd: [
      ["systemctl", "daemon-reload"],
      ["systemctl", "restart", "systemd-modules-load.service", "systemd-sysctl.service"],
      ["systemctl", "enable", ...units],
      ["systemctl", "restart", ...units],
    ],
  });
  const about = {
    ...ABOUT,
    needs: [...(ABOUT.needs ?? []), ...keptNeeds(input)],
    givesUp: [NOT_MASQUERADED, ...whatIsUnsaid(input, node), ...kept.overruled],
  };
  const file = (name: string, text: string): RenderedFile => ({ path: `${node.name}/seed/${name}`, comment: "#", text, about });
  return [
    // cloud-init knows it by its first line. It holds the token, which whoever may read it can join the cluster with.
    { ...file("user-data", userData), shebang: "#cloud-config", mode: 0o600, secret: true, hasMtu: true },
    file("meta-data", yamlText({ "instance-id": `${node.name}-${checksum(userData)}`, "local-hostname": node.name })),
    // networkd's own files say everything: cloud-init is not to write others beside them.
    file("network-config", yamlText({ config: "disabled" })),
  ];
}

/** cloud-init does its work once for an instance: what is rendered anew is another one. FNV-1a, 32 bits. */
function checksum(text: string): string {
  let hash = 0x81_1c_9d_c5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01_00_01_93);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
