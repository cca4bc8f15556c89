import type { About, PlacedNode, RenderedFile, RenderInput, Target } from "../../contract.js";
import { yamlText } from "../../yaml-text.js";
import { configureCbr0, KUBECONFIG } from "../kubernetes/configure-cbr0.js";
import { networkd } from "../node/networkd.js";
import { keptElsewhere, keptNeeds, keptOn } from "./kept.js";
import { sortedFiles } from "./units.js";
import { authority, filesOn, tokenKubeconfig, type WorkerFile, whatIsUnsaid } from "./worker.js";

/** A whole worker of Kubernetes 1.2 as coreos-cloudinit's cloud-config. */
export const coreosCloudConfig: Target = {
  name: "coreos-cloud-config",
  title: "a whole worker of Kubernetes 1.2 on CoreOS that makes cbr0 unattended: cloud-config for coreos-cloudinit, the controller's flags",
  modes: configureCbr0.modes,
  layers: [],
  takesTuning: "beside a variant",
  only: "1.2",
  checker: "coreos-cloudinit 1.14 on a node started from it alone, with kubelet 1.2.4 in a cluster of Kubernetes 1.34; its -validate",
  checked: "run",
  why: "the node was Debian 12 with docker 20.10 behind `docker daemon`, not CoreOS",
  activation: { restart: "the machine, made anew from its user-data", pods: "made anew" },
  needs: (mode) => [...configureCbr0.needs(mode), "prefix lengths", "caCert", "bootstrapToken"],
  render: (input) => {
    const cbr0 = configureCbr0.render(input);
    return [
      ...input.nodes.map((node) => cloudConfig(input, node, cbr0)),
      ...cbr0.filter(({ path }) => path.startsWith("cluster/")),
      ...keptElsewhere(input),
    ];
  },
};

const ABOUT: About = {
  needs: [
    "CoreOS of that day, with docker 1.9 or 1.10 and systemd-networkd; kubelet 1.2 in /opt/podwire/kubelet and brctl in the PATH of its unit, since CoreOS has none",
    "kube-controller-manager with --allocate-node-cidrs and --cluster-cidr (cluster/kube-controller-manager.flags): without a PodCIDR kubelet logs `ConfigureCBR0 requested, but PodCIDR not set` and waits",
    "the token in the file of the API server's --token-auth-file: 1.2 has no bootstrap tokens, and kubelet goes on using it",
    "one route a node in the network: `--for cloud-routes`, or `--for iproute2` on a router",
  ],
  check: [
    "`coreos-cloudinit -validate -from-file user-data` prints nothing: its exit code is 0 for a key that it does not know",
    "`ip address show cbr0` has the first address of the node's PodCIDR; `iptables -t nat -S POSTROUTING` has kubelet's MASQUERADE rule",
  ],
  back: ["`kubectl delete node NAME`, and the machine made anew from its old cloud-config, which is carried out at every boot"],
};

/** What is started, in this order: docker fails until kubelet has made cbr0, and its unit starts it again until then. */
const UNITS = ["kubelet.service", "docker.service"];
/** They have read their folders before cloud-config is carried out. */
const READ_AGAIN = ["systemd-modules-load.service", "systemd-sysctl.service"];
const NETWORK = "/etc/systemd/network/";

function cloudConfig(input: RenderInput, node: PlacedNode, cbr0: readonly RenderedFile[]): RenderedFile {
  const worker: readonly WorkerFile[] = [
    ...filesOn(node, [...networkd.render(input), ...cbr0]),
    authority(input),
    { path: KUBECONFIG, text: tokenKubeconfig(input), mode: 0o600 },
  ];
  const kept = keptOn(input, node, worker);
  const { units, others } = sortedFiles([...worker, ...kept.files], [...UNITS, ...kept.units]);
  const links = others.filter(({ path }) => path.startsWith(NETWORK));
  const text = yamlText({
    hostname: node.name,
    write_files: others.filter((file) => !links.includes(file)).map(writtenFile),
    coreos: {
      units: [
        // networkd is started anew for units of its own.
        ...links.map(({ path, text: content }) => ({ name: path.slice(NETWORK.length), content })),
        ...READ_AGAIN.map((name) => ({ name, command: "restart" })),
        ...units.map(({ name, text: content, dropIns }) => ({
          name,
          ...(content === undefined ? {} : { content }),
          ...(dropIns.length === 0 ? {} : { drop_ins: dropIns.map((dropIn) => ({ name: dropIn.name, content: dropIn.text })) }),
          enable: true,
          command: "restart",
        })),
      ],
    },
  });
  return {
    path: `${node.name}/user-data`,
    comment: "#",
    shebang: "#cloud-config",
    text,
    mode: 0o600,
    secret: true,
    about: { ...ABOUT, needs: [...(ABOUT.needs ?? []), ...keptNeeds(input)], givesUp: [...whatIsUnsaid(input, node), ...kept.overruled] },
  };
}

const writtenFile = ({ path, text, mode }: WorkerFile): object => ({ path, permissions: `0${mode.toString(8)}`, content: text });
