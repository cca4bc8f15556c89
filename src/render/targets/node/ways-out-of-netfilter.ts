/**
 * The last step out of netfilter as files that last: docker writes no rule, and nothing loads connection tracking.
 * @packageDocumentation
 */
import type { About, RenderedFile } from "../../contract.js";
import { jsonText } from "../../yaml-text.js";

const GIVES_UP = [
  "every Service that rules carry, masquerading, published ports and NetworkPolicy by rules: something without netfilter must carry them, or nothing does",
];

/** What needs tracking loads it by its dependencies, for which a blacklist does not hold: `install` does. */
const MODPROBE = [
  "install nf_conntrack /bin/false",
  "# frames on a bridge would be shown to iptables again",
  "install br_netfilter /bin/false",
  "",
].join("\n");

/** Users first; modprobe takes along what nothing uses any more. Names that a kernel lacks are passed over by `-`, and the last line says whether it helped. */
const USERS = [
  "xt_MASQUERADE xt_nat xt_REDIRECT xt_conntrack xt_CT",
  "nft_chain_nat nft_masq nft_nat nft_redir nft_ct",
  "iptable_nat ip6table_nat",
  "nf_conntrack_netlink nf_nat nf_conntrack",
  "br_netfilter",
].flatMap((line) => line.split(" "));

const UNIT = [
  "[Unit]",
  "Description=Unload connection tracking before anything uses it",
  "# there only for a kernel that has it as a module, and only while it is loaded",
  "ConditionPathExists=/sys/module/nf_conntrack/initstate",
  "After=systemd-modules-load.service",
  "Before=docker.service containerd.service kubelet.service",
  "",
  "[Service]",
  "Type=oneshot",
  ...USERS.map((name) => `ExecStart=-/sbin/modprobe -q -r ${name}`),
  "# fails where something still uses it: nothing is hidden by the dashes above",
  "ExecStart=/usr/bin/test ! -e /sys/module/nf_conntrack",
  "",
  "[Install]",
  "WantedBy=multi-user.target",
  "",
].join("\n");

const UNIT_ABOUT: About = {
  needs: [
    "a kernel that has connection tracking as a module: for others the unit is skipped by its condition",
    "podwire-no-conntrack.conf beside it, or the next program that asks loads it again; `systemctl enable podwire-unload-netfilter.service`",
  ],
  givesUp: GIVES_UP,
  check: [
    "`systemctl status podwire-unload-netfilter`: failed means that something still uses connection tracking, skipped that there is no module of it loaded",
  ],
  back: ["`systemctl disable podwire-unload-netfilter.service`, remove the file, restart the machine"],
};

/** In a folder that stands for a node's root. */
export const waysOutOfNetfilter = (place: string): readonly RenderedFile[] => [
  {
    path: `${place}/etc/docker/daemon.json`,
    text: jsonText({ iptables: false, "ip-masq": false }),
    about: {
      needs: ["the keys put into the node's own daemon.json; dockerd does not start when a key is given as a flag too"],
      givesUp: GIVES_UP,
      check: ["`iptables-save` has no chain DOCKER after a restart of the machine: dockerd leaves those that it has written before"],
      back: ["take the keys out, and start dockerd anew"],
    },
  },
  {
    path: `${place}/etc/modprobe.d/podwire-no-conntrack.conf`,
    comment: "#",
    text: MODPROBE,
    about: {
      needs: [
        "a kernel that has connection tracking as a module (`modinfo nf_conntrack` names a file): built in, this changes nothing",
        "no program that needs it: kube-proxy, docker with rules, firewalld and most CNI products with policies do not start then",
      ],
      givesUp: GIVES_UP,
      check: [
        "after a restart of the machine `ls /sys/module/nf_conntrack` finds nothing; a module that is loaded stays while anything uses it",
      ],
      back: ["remove the file; the module is loaded when something next asks for it"],
    },
  },
  {
    path: `${place}/etc/systemd/system/podwire-unload-netfilter.service`,
    comment: "#",
    text: UNIT,
    about: UNIT_ABOUT,
  },
];
