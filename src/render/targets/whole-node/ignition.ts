import type { About, PlacedNode, RenderedFile, RenderInput, Target } from "../../contract.js";
import { NOT_MASQUERADED } from "../../node-network/node-network.js";
import { jsonText, yamlText } from "../../yaml-text.js";
import { nodes as nodeObjects } from "../kubernetes/nodes.js";
import { keptElsewhere, keptNeeds, keptOn } from "./kept.js";
import { type SortedFiles, sortedFiles } from "./units.js";
import { FLATCAR, WORKER_MODES, WORKER_UNITS, type WorkerFile, whatIsUnsaid, workerFiles, workerNeeds } from "./worker.js";

/** A whole worker as Ignition's config, and the Butane document that makes the same. */
export const ignition: Target = {
  name: "ignition",
  title:
    "a whole worker of Flatcar Container Linux that starts in the mode unattended: Ignition's config for each node, with Butane's document beside it",
  modes: WORKER_MODES,
  layers: [],
  takesTuning: "beside a variant",
  checker: "ignition-validate of Ignition 2.24; Butane 0.23, which makes the same files and units of its document",
  checked: "parsed",
  why: "no machine of Flatcar was started from it; its files are those of cloud-init's worker but for the places of the programs",
  activation: { restart: "the machine, made anew from its config", pods: "made anew" },
  needs: workerNeeds,
  render: (input) => [
    ...input.nodes.flatMap((node) => documentsOf(input, node)),
    ...(nodeObjects.modes.includes(input.variant.mode.name) ? nodeObjects.render(input) : []),
    ...keptElsewhere(input),
  ],
};

const ABOUT: About = {
  needs: [
    "Flatcar from 3760 on, whose network is systemd-networkd's (Fedora CoreOS has NetworkManager alone), with kubelet in /opt/bin and the CNI plugins in /opt/cni/bin, as a system extension or further files of the config",
    "the Node object with its PodCIDR before the first boot (cluster/nodes.yaml), where the mode has PodCIDRs; in gce the routes of the router too",
    "in the cluster what kubeadm sets up for bootstrap tokens: their requests for certificates are approved by the controllers",
  ],
  check: [
    "`ignition-validate config.ign` prints nothing: its exit code is 0 for a key that it does not know",
    "`kubectl get node NAME -o wide` is Ready, with its PodCIDR in `spec.podCIDR`",
    "`journalctl -u ignition-files` and `journalctl -u kubelet` on the node",
  ],
  back: [
    "`kubectl drain NAME`, `kubectl delete node NAME`, and the machine made anew from its old config: Ignition runs once, at a machine's first boot",
  ],
};

function documentsOf(input: RenderInput, node: PlacedNode): readonly RenderedFile[] {
  const hostname: WorkerFile = { path: "/etc/hostname", text: `${node.name}\n`, mode: 0o644 };
  const worker = workerFiles(input, node, FLATCAR);
  const kept = keptOn(input, node, worker);
  const sorted = sortedFiles([hostname, ...worker, ...kept.files], [...WORKER_UNITS, ...kept.units]);
  const about = {
    ...ABOUT,
    needs: [...(ABOUT.needs ?? []), ...keptNeeds(input)],
    givesUp: [NOT_MASQUERADED, ...whatIsUnsaid(input, node), ...kept.overruled],
  };
  // Both hold the token.
  const hidden = { mode: 0o600, secret: true, hasMtu: true, about } as const;
  return [
    { path: `${node.name}/config.ign`, text: jsonText(ignitionConfig(sorted)), ...hidden },
    { path: `${node.name}/config.bu`, comment: "#", text: yamlText(butaneDocument(sorted)), ...hidden },
  ];
}

/** Spec 3.4.0, the newest of Butane's variant for Flatcar. */
const ignitionConfig = ({ units, others }: SortedFiles): object => ({
  ignition: { version: "3.4.0" },
  storage: {
    files: others.map(({ path, text, mode }) => ({
      path,
      mode,
      overwrite: true,
      contents: { source: `data:;base64,${Buffer.from(text).toString("base64")}` },
    })),
  },
  systemd: { units: units.map(unitOf) },
});

const butaneDocument = ({ units, others }: SortedFiles): object => ({
  variant: "flatcar",
  version: "1.1.0",
  storage: { files: others.map(({ path, text, mode }) => ({ path, mode, overwrite: true, contents: { inline: text } })) },
  systemd: { units: units.map(unitOf) },
});

/** Both call a unit's parts alike. */
const unitOf = ({ name, text, dropIns }: SortedFiles["units"][number]): object => ({
  name,
  enabled: true,
  ...(text === undefined ? {} : { contents: text }),
  ...(dropIns.length === 0 ? {} : { dropins: dropIns.map((dropIn) => ({ name: dropIn.name, contents: dropIn.text })) }),
});
