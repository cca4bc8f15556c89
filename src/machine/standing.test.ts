import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { isChrooted, mayAdministrate, standing } from "./standing.js";

test("root's rights are its capabilities, not its number", () => {
  expect(mayAdministrate("Name:\tx\nCapEff:\t000001ffffffffff\n")).toBe(true);
  // What Docker leaves to root in a container without --privileged.
  expect(mayAdministrate("CapEff:\t00000000a80425fb\n")).toBe(false);
  // CAP_SYS_ADMIN without CAP_NET_ADMIN.
  expect(mayAdministrate("CapEff:\t0000000000200000\n")).toBe(false);
  expect(mayAdministrate("")).toBe(true);
});

test("a root directory that is no mount point shows in the list of mounts", () => {
  expect(isChrooted("25 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n26 25 0:5 / /dev rw - devtmpfs udev rw\n")).toBe(false);
  // Captured after `chroot /var/tmp/trixie`, with /proc mounted in there.
  expect(isChrooted("119 25 0:5 / /proc rw,relatime shared:62 - proc proc rw\n")).toBe(true);
  expect(isChrooted("")).toBe(false);
});

test("this process is where its mounts say, and has the rights of whoever runs it", () => {
  const { root, chrooted } = standing();
  expect(chrooted).toBe(!/^(?:\S+ ){4}\/ /m.test(execFileSync("cat", ["/proc/self/mountinfo"], { encoding: "utf8" })));
  if (process.getuid?.() !== 0) expect(root).toBe(false);
});
