/** Rendered netplan files, by `netplan generate`: what it makes for networkd has every address and route. */
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { locate } from "../../scripts/setup/programs.mjs";
import { LAB_CLUSTER, LAB_SEGMENT, rendered, textOf } from "../synthetic/rendered.js";
import { checkedDocument, WITH_GATEWAY } from "./checked-documents.js";
import { testChecker } from "./complaints.js";

const execute = promisify(execFile);
const unavailable = locate("netplan") === undefined ? "netplan is not on this machine" : undefined;
const FILE = "node-a/etc/netplan/90-podwire.yaml";

/** What netplan makes of a file for networkd, by name, and what it says. */
async function generated(text: string): Promise<{ readonly files: ReadonlyMap<string, string>; readonly words: string }> {
  const root = await mkdtemp(join(tmpdir(), "podwire-netplan-"));
  try {
    await mkdir(join(root, "etc/netplan"), { recursive: true });
    await writeFile(join(root, "etc/netplan/90-podwire.yaml"), text);
    await chmod(join(root, "etc/netplan/90-podwire.yaml"), 0o600);
    const { stdout, stderr } = await execute("netplan", ["generate", "--root-dir", root]);
    const folder = join(root, "run/systemd/network");
    const names = await readdir(folder);
    const files = new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const)));
    return { files, words: `${stdout}${stderr}` };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

const complaints = async (text: string): Promise<readonly string[]> =>
  generated(text).then(
    ({ words }) => words.split("\n").filter((line) => line !== ""),
    (error: unknown) => [String(error)],
  );

describe.skipIf(unavailable !== undefined)(`netplan${unavailable === undefined ? "" : ` (${unavailable})`}`, () => {
  test("makes the card's file with its address, gateway, nameservers and a route to each other node's pods", async () => {
    const cluster = `${LAB_CLUSTER}nameservers: [198.18.0.2]\n`;
    const { files } = await generated(textOf(rendered("flannel-host-gw", "netplan", { ...WITH_GATEWAY, cluster }), FILE));
    const card = files.get("10-netplan-eth0.network") ?? "";
    for (const line of [
      ...["Address=198.18.0.11/24", "Destination=198.19.1.0/24\nGateway=198.18.0.12", "Gateway=198.18.0.1", "MTUBytes=1500"],
      "DNS=198.18.0.2",
    ])
      expect(card).toContain(line);
  });

  test("makes a bridge over the card, with the node's address", async () => {
    const { files } = await generated(textOf(rendered("l2-bridge", "netplan", { ...WITH_GATEWAY, cluster: LAB_SEGMENT }), FILE));
    expect(files.get("10-netplan-br0.network")).toContain("Address=198.18.0.11/24");
    expect(files.get("10-netplan-eth0.network")).toContain("Bridge=br0");
    expect(files.get("10-netplan-eth0.network")).not.toContain("Address=198");
  });

  testChecker(checkedDocument("netplan", "90-podwire.yaml"), complaints);
});
