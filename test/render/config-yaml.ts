/**
 * What speaks against a config.yaml of k3s or rke2. Both pass over a key that they do not know with a line in their log, so that keys are held against a closed
 * list, and values against a form; a key that podwire has not written so far has none yet, and is refused too.
 * @packageDocumentation
 */
import { parse } from "yaml";
import { parseAddress, parsePrefix } from "../../src/units/address.js";
import { linesOf } from "./names/lines.js";

const FLAGS = linesOf("k3s-and-rke2").map((line) => line.split(" "));

type Form = (value: string) => boolean;

const isPrefix: Form = (value) => parsePrefix(value) !== undefined && value.includes("/");
const isAddress: Form = (value) => parseAddress(value) !== undefined;
const matches =
  (form: RegExp): Form =>
  (value) =>
    form.test(value);

/** Of one value; several are a list, or stand in one text with commas between. */
const FORMS: Readonly<Record<string, Form>> = {
  "cluster-cidr": isPrefix,
  "service-cidr": isPrefix,
  "cluster-dns": isAddress,
  "node-ip": isAddress,
  "node-name": matches(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/),
  // A device's name in Linux.
  "flannel-iface": matches(/^[^\s/]{1,15}$/),
  // k3s-io/k3s 005499a940ea, pkg/cli/cmds/server.go.
  "flannel-backend": matches(/^(?:none|vxlan|host-gw|wireguard-native)$/),
  // CNIItems in rke2's pkg/cli/types.go, and none.
  cni: matches(/^(?:none|calico|canal|cilium|flannel)$/),
  // Flags of Kubernetes' own programs, which the tests of kube-controller-manager and kube-proxy start with.
  "kube-controller-manager-arg": matches(/^node-cidr-mask-size(?:-ipv[46])?=\d{1,3}$/),
  "kube-proxy-arg": matches(/^(?:proxy-mode=(?:iptables|ipvs|nftables)|feature-gates=NFTablesProxyMode=true)$/),
};

/** Who reads the file. Each of the commands has to know all of it. */
export interface Reader {
  readonly product: "k3s" | "rke2";
  readonly commands: readonly ("server" | "agent")[];
}

/** One line for each key or value that is wrong; empty where all are right. */
export function configComplaints(text: string, { product, commands }: Reader): readonly string[] {
  const file = parse(text) as Readonly<Record<string, string | number | readonly string[]>>;
  return Object.entries(file).flatMap(([key, value]) => [
    ...commands.filter((command) => !isKnown(product, command, key)).map((command) => `${product} ${command} has no ${key}`),
    ...wordsOf(value)
      .filter((word) => FORMS[key]?.(word) !== true)
      .map((word) => `${key}: ${word}`),
  ]);
}

const isKnown = (product: Reader["product"], command: string, key: string): boolean =>
  FLAGS.some(([of, flag, whose]) => of === command && flag === key && whose !== (product === "k3s" ? "own" : "dropped"));

const wordsOf = (value: string | number | readonly string[]): readonly string[] => [value].flat().flatMap((one) => String(one).split(","));
