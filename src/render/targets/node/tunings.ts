import type { PermanentForm, Tuning } from "../../../model/closed-loop.js";
import type { About, PlacedNode, RenderedFile, Target } from "../../contract.js";
import { modesWith } from "../../mode-kinds.js";
import { waysOutOfNetfilter } from "./ways-out-of-netfilter.js";

/** What a closed loop kept, to stay, and the last step out of netfilter. */
export const tunings: Target = {
  name: "tunings",
  title:
    "what `podwire tune auto --json` kept (its file in place of a variant), as files that last; of MODE+no-netfilter docker without rules and conntrack never loaded",
  modes: [...modesWith("routed", "nodes-segment", "own-segment", "hidden"), "host-device"],
  layers: ["no-netfilter"],
  onlyLayers: true,
  takesTuning: "in place of a variant",
  checker:
    "sysctl -p and nft -c in a namespace, Debian's CNI plugin tuning 1.1.1, systemd-analyze verify, modprobe --showconfig; udev's rules by a list of their keys",
  checked: "parsed",
  why: "modules are the machine's, and udevadm of systemd 252 cannot verify rules without writing to it; docker's keys are those of its own target, which was run",
  activation: {
    restart:
      "`sysctl --system`, `udevadm control --reload`, `nft -f FILE` on each node; files of modprobe.d count when a module is to be loaded",
    pods: "go on",
  },
  needs: () => ["nodes"],
  render: ({ tuning, nodes }) => {
    if (tuning === undefined) return nodes.flatMap(({ name }) => waysOutOfNetfilter(name));
    return [
      ...nodes.flatMap((node) => tuningsOnNode(tuning, node)),
      ...tuningsElsewhere(tuning),
      // Beside the nodes' folders, so that they are not copied along with them: they break every Service that rules carry.
      ...waysOutOfNetfilter("cluster/out-of-netfilter"),
    ];
  },
};

/** How each form is put into force and seen. */
const CHECKS: Readonly<Record<string, string>> = {
  "sysctl.d": "`sysctl --system`, then `sysctl NAME` of each name",
  "modules-load.d":
    "`systemctl restart systemd-modules-load`, then a folder of the module's name in /sys/module; before the values of sysctl.d",
  udev: "`udevadm control --reload`, `udevadm trigger --action=add --subsystem-match=net`, then `ethtool -k CARD` or the file of /sys that it writes",
  nft: '`nft -f FILE`; at each boot by a line `include "/etc/nftables.d/*.nft"` in /etc/nftables.conf with nftables.service enabled',
  "pod spec": "`kubectl exec POD -- sysctl NAME` in a pod that was made from it",
  cni: "`kubectl exec POD -- sysctl NAME` in a pod that was made after it",
};

/** What is asked of where it goes. */
const NEEDS: Readonly<Record<string, string>> = {
  cni: "a place in `plugins` of the node's list in /etc/cni/net.d, behind the plugin that makes the device, on each node; the plugin tuning beside the others, and its /etc/cni/tuning/allowlist.conf, where there is one, to allow the name; one of this and the pod's spec is enough",
};

function aboutOf({ form, checked, removedBy, change }: PermanentForm): About {
  return {
    needs: [
      `the change ${change} as \`podwire tune auto\` kept it in a lab, which has no network card: measure before and after on the node`,
      ...(NEEDS[form] === undefined ? [] : [NEEDS[form]]),
    ],
    check: [...(CHECKS[form] === undefined ? [] : [CHECKS[form]]), `where it was made: ${checked}`],
    back: [removedBy],
  };
}

/** What is kept in files of a node, as that node's own. */
export const tuningsOnNode = ({ permanent }: Tuning, node: PlacedNode): readonly RenderedFile[] =>
  permanent.filter(({ path }) => path !== undefined).map((form) => onNode(form, node));

/** What is kept in pods (their specs, or the CNI plugins that make them), or nowhere: beside the nodes' folders. */
export const tuningsElsewhere = ({ permanent }: Tuning): readonly RenderedFile[] =>
  permanent.filter(({ path }) => path === undefined).map(elsewhere);

const onNode = (form: PermanentForm, node: PlacedNode): RenderedFile => ({
  path: `${node.name}${form.path ?? ""}`,
  comment: "#",
  text: inNode(form.text, node),
  about: aboutOf(form),
});

/** The lab's own card, which other nodes call otherwise. */
const LAB_CARD = "eth0";

const inNode = (text: string, node: PlacedNode): string =>
  text
    .replaceAll(`KERNEL=="${LAB_CARD}"`, `KERNEL=="${node.interface}"`)
    .replaceAll(`.${LAB_CARD}.`, `.${node.interface.replaceAll(".", "/")}.`);

/** By the form; commands else. */
const ENDINGS: Readonly<Record<string, string>> = { "pod spec": "yaml", cni: "json" };

function elsewhere(form: PermanentForm): RenderedFile {
  const ending = ENDINGS[form.form] ?? "sh";
  return {
    path: `cluster/${form.change}.${ending}`,
    // JSON has no comments.
    ...(ending === "json" ? {} : { comment: "#" }),
    text: form.text,
    about: aboutOf(form),
  };
}
