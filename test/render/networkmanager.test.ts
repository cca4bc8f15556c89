/**
 * NetworkManager's own reading of its keyfiles. It passes over what it does not understand: what goes in must come out. Nothing of the machine's is asked, since
 * `nmcli --offline` speaks to no daemon.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { unpackedProgram } from "../../scripts/setup/unpacked.mjs";
import { LAB_VLAN, rendered, textOf } from "../synthetic/rendered.js";
import { checkedDocument, WITH_GATEWAY } from "./checked-documents.js";
import { testChecker } from "./complaints.js";

const nmcli = unpackedProgram("nmcli");
const daemon = unpackedProgram("NetworkManager");
const unavailable =
  nmcli === undefined || daemon === undefined ? "NetworkManager is not on this machine, nor unpacked in .setup/" : undefined;
const profiles = (mode: string, cluster: string): readonly string[] =>
  [...rendered(mode, "networkmanager", { ...WITH_GATEWAY, cluster }).values()]
    .filter(({ path }) => path.endsWith(".nmconnection"))
    .map(({ text }) => text);

/** `section.key=value` of each line. */
function keysOf(text: string): readonly string[] {
  let section = "";
  return text.split("\n").flatMap((line) => {
    section = /^\[(.+)\]$/.exec(line)?.[1] ?? section;
    return /^[^#[].*=/.test(line) ? [`${section}.${line}`] : [];
  });
}

/** A change of nothing makes it read the profile and print it again. */
async function complaints(text: string): Promise<readonly string[]> {
  const { exitCode, stdout, stderr } = await execa(
    nmcli?.path ?? "nmcli",
    ["--offline", "connection", "modify", "connection.autoconnect-retries", "-1"],
    {
      input: text,
      env: nmcli?.environment ?? {},
      reject: false,
    },
  );
  const back = keysOf(stdout);
  return [
    ...(exitCode === 0 && stderr === "" ? [] : [`${String(exitCode)} ${stderr}`]),
    ...keysOf(text).filter((key) => !back.includes(key)),
  ];
}

/** Its own settings: unknown keys and sections are named on standard error. */
async function settingsComplaints(text: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "podwire-nm-"));
  try {
    await writeFile(join(folder, "own.conf"), text);
    const none = join(folder, "none");
    const words = ["--config", join(folder, "own.conf"), "--config-dir", none, "--system-config-dir", none, "--print-config"];
    const { stdout, stderr } = await execa(daemon?.path ?? "NetworkManager", words, { env: daemon?.environment ?? {}, reject: false });
    // It prints commas where it was given semicolons.
    const read = /^\[keyfile\]\nunmanaged-devices=(.*)$/m.exec(stdout)?.[1]?.split(",");
    const wanted = /^unmanaged-devices\+?=(.*)$/m.exec(text)?.[1]?.split(";") ?? [];
    return [...stderr.split("\n").filter((line) => line !== ""), ...(read?.join() === wanted.join() ? [] : [stdout])];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe.skipIf(unavailable !== undefined)(`NetworkManager${unavailable === undefined ? "" : ` (${unavailable})`}`, () => {
  for (const name of ["the card's keyfile", "the bridge's keyfile"]) testChecker(checkedDocument("networkmanager", name), complaints);
  testChecker(checkedDocument("networkmanager", "its own settings"), settingsComplaints);

  test("gives back every profile of a VLAN with its bridge", async () => {
    const texts = profiles("vlan", LAB_VLAN);
    expect(texts).toHaveLength(6);
    for (const text of texts) expect(await complaints(text)).toEqual([]);
  });
});

describe("a keyfile", () => {
  test("of the card has its addresses, gateway and a route to each other node's pods; over a bridge it has none", () => {
    const card = (mode: string, asked: object): string =>
      textOf(
        rendered(mode, "networkmanager", { ...WITH_GATEWAY, ...asked }),
        "node-a/etc/NetworkManager/system-connections/podwire-eth0.nmconnection",
      );
    expect(card("flannel-host-gw", {})).toContain(
      "[ipv4]\naddress1=198.18.0.11/24,198.18.0.1\nmethod=manual\nroute1=198.19.1.0/24,198.18.0.12\n\n[ipv6]\nmethod=disabled\n",
    );
    const port = card("l2-bridge", { cluster: checkedDocument("networkmanager", "the bridge's keyfile").asked?.cluster });
    expect(port).toContain("master=br0\nslave-type=bridge\n");
    expect(port).not.toContain("address1");
  });
});
