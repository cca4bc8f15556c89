/**
 * A node's settings of the kernel as files that it reads at each boot, whoever configures its links.
 * @packageDocumentation
 */
import type { PlacedNode, RenderedFile } from "../contract.js";
import type { NodeSysctl } from "./node-network.js";

/** A node, or the router: by its name its folder is called. */
type Owner = Pick<PlacedNode, "name">;

/** sysctl.d, and the module without which some of the settings are not there. */
export const kernelFiles = (node: Owner, sysctls: readonly NodeSysctl[]): readonly RenderedFile[] => [
  sysctlFile(node, sysctls),
  ...modulesFile(node, sysctls),
];

const sysctlFile = (node: Owner, sysctls: readonly NodeSysctl[]): RenderedFile => ({
  path: `${node.name}/etc/sysctl.d/90-podwire.conf`,
  comment: "#",
  text: sysctls
    .map(({ name, value, reason, mayBeUnknown }) => `# ${reason}\n${mayBeUnknown === true ? "-" : ""}${name} = ${value}\n`)
    .join(""),
  about: {
    check: ["`sysctl -p /etc/sysctl.d/90-podwire.conf`; a hardening that sets ip_forward to 0 cuts every pod off"],
    back: ["remove the file; settings stay until the machine is started anew"],
  },
});

const modulesFile = (node: Owner, sysctls: readonly NodeSysctl[]): readonly RenderedFile[] =>
  sysctls.some(({ name }) => name.startsWith("net.bridge."))
    ? [
        {
          path: `${node.name}/etc/modules-load.d/podwire.conf`,
          comment: "#",
          text: "br_netfilter\n",
          about: { check: ["`ls /proc/sys/net/bridge`: its settings are there only with the module"], back: ["remove the file"] },
        },
      ]
    : [];
