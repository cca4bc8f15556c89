/**
 * The permanent form of what was kept: which file or field holds it beyond a restart, and how it is removed again.
 * @packageDocumentation
 */
import type { PermanentForm } from "../../model/closed-loop.js";
import type { Knob } from "../../tuning/contract.js";
import { callLine } from "../../tuning/knobs/form.js";
import { titleOf, writingOf } from "../../tuning/knobs/knobs.js";
import { blocksOf, OWN_TABLE } from "../../tuning/knobs/own-rules.js";
import type { Candidate, PlacedStep } from "./candidates.js";

/** A form before it was checked, with what can check it at one of the change's places. */
export interface UncheckedForm extends Omit<PermanentForm, "checked"> {
  /** Reads the text from its standard input and takes it or not; absent where nothing here does so without a change to the machine. */
  readonly check?: { readonly argv: readonly [string, ...string[]]; readonly at: PlacedStep["place"] };
  /** Why there is no check. */
  readonly unchecked?: string;
}

/** The forms of a change, one for each side and kind of knob. */
export function permanentForms({ change, steps }: Candidate): readonly UncheckedForm[] {
  const onNodes = steps.filter(({ place }) => place.at.kind === "host");
  const inPods = steps.filter(({ place }) => place.at.kind === "pod");
  return [
    ...moduleFile(change.name, onNodes),
    ...sysctlFile(change.name, onNodes),
    ...udevRules(change.name, onNodes),
    ...nftFile(change.name, onNodes),
    ...podSysctls(change.name, inPods),
    ...podDevices(change.name, inPods),
  ];
}

const isSysctl = ({ step }: PlacedStep): boolean => step.knob.kind === "sysctl";
const isRules = ({ step }: PlacedStep): boolean => step.knob.kind === "own-rules";
/** The same line for both nodes is one line. */
const linesOf = (steps: readonly PlacedStep[], line: (knob: Knob, then: string) => string): string =>
  [...new Set(steps.map(({ step }) => line(step.knob, step.wanted)))].join("\n");

/** By the beginning of a sysctl: the module that it comes with. */
const MODULES: readonly (readonly [string, string])[] = [
  ["net.bridge.", "br_netfilter"],
  ["net.netfilter.", "nf_conntrack"],
];

/** A file of sysctl.d is read at boot, once modules-load.d has been: what comes with a module later has the kernel's values again. */
function moduleFile(change: string, steps: readonly PlacedStep[]): UncheckedForm[] {
  const names = steps.filter(isSysctl).map(({ step }) => titleOf(step.knob));
  const modules = MODULES.filter(([prefix]) => names.some((name) => name.startsWith(prefix))).map(([, module]) => module);
  if (modules.length === 0) return [];
  const path = `/etc/modules-load.d/90-podwire-${change}.conf`;
  return [
    {
      ...{ change, form: "modules-load.d", path },
      text: `${modules.join("\n")}\n`,
      removedBy: `rm ${path} (a loaded module stays until the next boot)`,
      unchecked: "systemd-modules-load has no dry run, and loading a module would be a change to the machine",
    },
  ];
}

function sysctlFile(change: string, steps: readonly PlacedStep[]): UncheckedForm[] {
  const own = steps.filter(isSysctl);
  const [first] = own;
  if (first === undefined) return [];
  const path = `/etc/sysctl.d/90-podwire-${change}.conf`;
  return [
    {
      ...{ change, form: "sysctl.d", path },
      text: `${linesOf(own, (knob, then) => `${titleOf(knob)} = ${then}`)}\n`,
      removedBy: `rm ${path} (the value before returns with the next boot)`,
      check: { argv: ["sysctl", "-q", "-p", "-"], at: first.place },
    },
  ];
}

/** udev looks for a program without a path in its own folder, /usr/lib/udev, alone (udev(7), RUN). */
const PROGRAMS = "/usr/sbin/";

function udevRules(change: string, steps: readonly PlacedStep[]): UncheckedForm[] {
  const own = steps.filter((one) => !isSysctl(one) && !isRules(one));
  if (own.length === 0) return [];
  const path = `/etc/udev/rules.d/90-podwire-${change}.rules`;
  const rule = (knob: Knob, then: string): string => {
    const device = "device" in knob ? knob.device : "";
    const match = `ACTION=="add", SUBSYSTEM=="net", KERNEL=="${device}"`;
    if (knob.kind === "device-file") return `${match}, ATTR{${knob.file}}="${then}"`;
    return `${match}, RUN+="${PROGRAMS}${callLine(writingOf(knob, then)).replaceAll(new RegExp(`(?<= )${escaped(device)}(?= )`, "g"), "%k")}"`;
  };
  return [
    {
      ...{ change, form: "udev", path },
      text: `${linesOf(own, rule)}\n`,
      removedBy: `rm ${path} (a device keeps the value until it is made anew)`,
      unchecked: "udevadm test writes to the machine, and this one's older release has no udevadm verify",
    },
  ];
}

/** The folder is not one that nftables.service looks into by itself. */
const READ_AT_BOOT =
  '# read at boot where /etc/nftables.conf has the line: include "/etc/nftables.d/*.nft", and nftables.service is enabled';

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

function nftFile(change: string, steps: readonly PlacedStep[]): UncheckedForm[] {
  const own = steps.filter(isRules);
  const [first] = own;
  if (first === undefined) return [];
  const path = `/etc/nftables.d/podwire-${change}.nft`;
  // A block ends with its line: nft takes no second one behind the brace.
  const blocks = new Set(own.flatMap(({ step }) => blocksOf(step.wanted)));
  return [
    {
      ...{ change, form: "nft", path },
      text: `${READ_AT_BOOT}\ntable ${OWN_TABLE} {\n${[...blocks].join("\n")}\n}\n`,
      removedBy: `nft delete table ${OWN_TABLE}; rm ${path}`,
      check: { argv: ["nft", "-c", "-f", "-"], at: first.place },
    },
  ];
}

function podSysctls(change: string, steps: readonly PlacedStep[]): UncheckedForm[] {
  const own = steps.filter(isSysctl);
  if (own.length === 0) return [];
  const values = linesOf(own, (knob, then) => `    - { name: ${titleOf(knob)}, value: "${then}" }`);
  return [
    {
      ...{ change, form: "pod spec" },
      text: `securityContext:\n  sysctls:\n${values}\n`,
      removedBy: "take these lines out of the pod's spec again; pods made anew have the kernel's values",
      unchecked: "no API server is here; the kubelet allows such a value by --allowed-unsafe-sysctls",
    },
    {
      ...{ change, form: "cni" },
      text: `${JSON.stringify(tuningPlugin(own), undefined, 2)}\n`,
      removedBy: "take the entry out of the list of plugins again, on each node; pods made anew have the kernel's values",
      unchecked:
        "the plugin has no dry run; the entry stands behind the plugin that makes the device, and does the same as the pod's spec for all pods of the node",
    },
  ];
}

/** An entry of `plugins` in a list of /etc/cni/net.d. */
const tuningPlugin = (steps: readonly PlacedStep[]): object => ({
  type: "tuning",
  sysctl: Object.fromEntries(steps.map(({ step }) => [titleOf(step.knob), step.wanted])),
});

function podDevices(change: string, steps: readonly PlacedStep[]): UncheckedForm[] {
  const own = steps.filter((one) => !isSysctl(one) && !isRules(one));
  if (own.length === 0) return [];
  const calls = linesOf(own, (knob, then) => callLine(writingOf(knob, then)));
  return [
    {
      ...{ change, form: "none" },
      text: `${calls}\n`,
      removedBy: "a pod that is made anew has a device that is made anew",
      unchecked:
        "no field of a pod's spec and no CNI plugin sets it: find what changes the pods' devices after they are made, and have it leave them alone; this is the command in a pod",
    },
  ];
}
