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
}

const UNIT = "podwire-tunings.service";
const NFT_FOLDER = "/etc/nftables.d/";
const UDEV_FOLDER = "/etc/udev/rules.d/";
const IN_FORCE_BY_UNIT = [NFT_FOLDER, UDEV_FOLDER];

/**
 * Nothing without a closed loop's result.
 * @param own - the node's files without it
 * @throws RenderError where one of its files would take the place of the node's own, or one of the node's own would take back a value that it sets
 */
export function keptOn({ tuning }: RenderInput, node: PlacedNode, own: readonly WorkerFile[]): Kept {
  if (tuning === undefined) return { files: [], units: [] };
  const files = filesOn(node, tuningsOnNode(tuning, node));
  const taken = files.find(({ path }) => own.some((one) => one.path === path));
  if (taken !== undefined)
    throw new RenderError(`the closed loop's result has a file in the place of one of the node's own: ${taken.path}`);
  refuseOverruled(files, own);
  const unit = unitText(files);
  if (unit === undefined) return { files, units: [] };
  return { files: [...files, { path: `/etc/systemd/system/${UNIT}`, text: unit, mode: 0o644 }], units: [UNIT] };
}

/** systemd-sysctl reads files in the order of their names, whichever folder they are in: of a key that two of them set the last one holds. */
function refuseOverruled(kept: readonly WorkerFile[], own: readonly WorkerFile[]): void {
  const settings = sortedBySysctl([...kept, ...own]).flatMap((file) => sysctlsOf(file.text).map((set) => ({ ...set, file })));
  const last = new Map(settings.map((one) => [one.key, one]));
  for (const { key, value, file } of settings) {
    const winner = last.get(key);
    if (winner !== undefined && kept.includes(file) && own.includes(winner.file) && winner.value !== value)
      throw new RenderError(
        `the closed loop's result sets ${key} to ${value} in ${file.path}, and the node's own ${winner.file.path}, which is read after it, to ${winner.value}: what was kept would not hold`,
      );
  }
}

const SYSCTL_FILE = /\/sysctl\.d\/([^/]+\.conf)$/;

/** As LC_ALL=C sorts them. */
function sortedBySysctl(files: readonly WorkerFile[]): readonly WorkerFile[] {
  const named = files.flatMap((file) => {
    const name = SYSCTL_FILE.exec(file.path)?.[1];
    return name === undefined ? [] : [{ name: Buffer.from(name), file }];
  });
  return named.toSorted((a, b) => Buffer.compare(a.name, b.name)).map(({ file }) => file);
}

/** Keys with dots, of which those inside of a device's name are slashes: sysctl.d(5) takes either sign first. A `-` before them only has errors passed over. */
const sysctlsOf = (text: string): readonly { readonly key: string; readonly value: string }[] =>
  [...text.matchAll(/^[ \t]*-?[ \t]*([^\s#;=-][^\s=]*)[ \t]*=(.*)$/gm)].map(([, name = "", value = ""]) => ({
    key: /[./]/.exec(name)?.[0] === "/" ? name.replaceAll(/[./]/g, (sign) => (sign === "/" ? "." : "/")) : name,
    value: value.trim().replaceAll(/\s+/g, " "),
  }));

/** Sysctls are read at each boot by systemd itself. Rules of nft are not, and rules of udev are for devices that come after them: at the first boot the card was there before. */
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
