/**
 * What a closed loop kept, in a whole node: its files, and the unit that puts into force what nothing on the node does by itself.
 * @packageDocumentation
 */
import type { PlacedNode, RenderedFile, RenderInput } from "../../contract.js";
import { RenderError } from "../../errors.js";
import { tuningsElsewhere, tuningsOnNode } from "../node/tunings.js";
import { filesOn, type WorkerFile } from "./worker.js";

/** What is added to a node. */
export interface Kept {
  readonly files: readonly WorkerFile[];
  /** To be begun with the node's own, after them. */
  readonly units: readonly string[];
  /** Sentences on what is kept and not in force, since the node's own files say otherwise and are read later. */
  readonly overruled: readonly string[];
}

const UNIT = "podwire-tunings.service";
const NFT_FOLDER = "/etc/nftables.d/";
const UDEV_FOLDER = "/etc/udev/rules.d/";
const SYSCTL_FOLDER = "/etc/sysctl.d/";
const IN_FORCE_BY_UNIT = [NFT_FOLDER, UDEV_FOLDER];

/**
 * Nothing without a closed loop's result.
 * @param own - the node's files without it
 * @throws RenderError where one of its files would take the place of the node's own
 */
export function keptOn({ tuning }: RenderInput, node: PlacedNode, own: readonly WorkerFile[]): Kept {
  if (tuning === undefined) return { files: [], units: [], overruled: [] };
  const files = filesOn(node, tuningsOnNode(tuning, node));
  const taken = files.find(({ path }) => own.some((one) => one.path === path));
  if (taken !== undefined)
    throw new RenderError(`the closed loop's result has a file in the place of one of the node's own: ${taken.path}`);
  const overruled = overruledBy(own, files);
  const unit = unitText(files);
  if (unit === undefined) return { files, units: [], overruled };
  return { files: [...files, { path: `/etc/systemd/system/${UNIT}`, text: unit, mode: 0o644 }], units: [UNIT], overruled };
}

/** systemd reads sysctl.d by the files' names, and the last one that names a value has it (sysctl.d(5)): `90-podwire.conf` comes behind `90-podwire-CHANGE.conf`. */
function overruledBy(own: readonly WorkerFile[], kept: readonly WorkerFile[]): readonly string[] {
  const later = (one: Setting, other: Setting): boolean => one.name === other.name && one.path > other.path && one.value !== other.value;
  const standing = own.flatMap(settingsIn);
  return kept.flatMap(settingsIn).flatMap((setting) => {
    const other = standing.find((one) => later(one, setting));
    return other === undefined
      ? []
      : [
          `of what \`podwire tune auto\` kept, ${setting.name} = ${setting.value} is not in force: the mode's own ${other.path} is read later and says ${other.value}`,
        ];
  });
}

interface Setting {
  readonly path: string;
  readonly name: string;
  readonly value: string;
}

const settingsIn = ({ path, text }: WorkerFile): readonly Setting[] =>
  path.startsWith(SYSCTL_FOLDER)
    ? [...text.matchAll(/^-?([\w./-]+) = (.*)$/gm)].map(([, name = "", value = ""]) => ({ path, name, value }))
    : [];

/** Modules and sysctls are read at each boot by systemd itself. Rules of nft are not, and rules of udev are for devices that come after them: at the first boot the card was there before. */
function unitText(files: readonly WorkerFile[]): string | undefined {
  const nft = files.filter(({ path }) => path.startsWith(NFT_FOLDER));
  const udev = files.some(({ path }) => path.startsWith(UDEV_FOLDER));
  if (nft.length === 0 && !udev) return undefined;
  const tables = new Set(nft.flatMap(({ text }) => [...text.matchAll(/^table (\w+ \w+) \{/gm)].map(([, table = ""]) => table)));
  return [
    "[Unit]",
    "Description=What podwire tune kept on this node",
    "After=systemd-udevd.service systemd-networkd.service",
    "",
    "[Service]",
    "Type=oneshot",
    "RemainAfterExit=yes",
    ...nft.map(({ path }) => `ExecStart=/usr/sbin/nft -f ${path}`),
    ...(udev
      ? ["ExecStart=/usr/bin/udevadm control --reload", "ExecStart=/usr/bin/udevadm trigger --action=add --subsystem-match=net"]
      : []),
    // A unit that is begun anew would have each rule twice otherwise.
    ...[...tables].map((table) => `ExecStop=-/usr/sbin/nft delete table ${table}`),
    "",
    "[Install]",
    "WantedBy=multi-user.target",
    "",
  ].join("\n");
}

/** What is kept in pods' specs, or by hand: no node has it. */
export const keptElsewhere = ({ tuning }: RenderInput): readonly RenderedFile[] => (tuning === undefined ? [] : tuningsElsewhere(tuning));

/** What a reader has to know of it. */
export function keptNeeds({ tuning }: RenderInput): readonly string[] {
  if (tuning === undefined) return [];
  const onNode = tuning.permanent.filter(({ path }) => path !== undefined);
  if (onNode.length === 0) return [];
  const changes = [...new Set(onNode.map(({ change }) => change))].join(", ");
  const byUnit = onNode.some(({ path = "" }) => IN_FORCE_BY_UNIT.some((folder) => path.startsWith(folder)));
  return [
    `what \`podwire tune auto\` kept in a lab of ${tuning.variant}, which has no network card: ${changes}${byUnit ? `; nft and ethtool in /usr/sbin, and ${UNIT}, which puts its rules of nft and udev into force` : ""}`,
  ];
}
