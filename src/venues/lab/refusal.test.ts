import { describe, expect, test } from "vitest";
import type { Files } from "../../machine/ports.js";
import { explainRefusal } from "./refusal.js";

/** Settings as files of a kernel that this machine need not have. */
const kernelWith = (settings: Readonly<Record<string, string>>): Files => ({
  exists: async (path) => Promise.resolve(path in settings),
  readText: async (path) => Promise.resolve(settings[path] ?? ""),
  writeText: async () => Promise.resolve(),
  whyNotWritable: async () => Promise.resolve(undefined),
  makePrivateFolder: async (prefix) => Promise.resolve(prefix),
  isRegular: async (path) => Promise.resolve(path in settings),
});

const ORDINARY = { root: false, chrooted: false };
const WORDS = "unshare: unshare failed: Operation not permitted\n";

describe("a sandbox that did not come up", () => {
  test.each([
    ["/proc/sys/user/max_user_namespaces", "0", "user.max_user_namespaces=15000"],
    ["/proc/sys/kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1"],
    ["/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "kernel.apparmor_restrict_unprivileged_userns=0"],
  ])("because of %s names the setting", async (file, value, setting) => {
    const error = await explainRefusal(kernelWith({ [file]: `${value}\n` }), ORDINARY, WORDS);
    expect(error.hint).toContain(`\`sudo sysctl -w ${setting}\``);
    expect(error.message).toContain("Operation not permitted");
  });

  test("for no known reason keeps the kernel's words and suggests root", async () => {
    const open = kernelWith({ "/proc/sys/user/max_user_namespaces": "96365\n" });
    const error = await explainRefusal(open, ORDINARY, WORDS);
    expect(error.message).toBe("the lab's namespaces could not be made: unshare: unshare failed: Operation not permitted");
    expect(error.hint).toContain("sudo");
  });

  test("for root is not blamed on settings for ordinary users", async () => {
    const error = await explainRefusal(kernelWith({ "/proc/sys/user/max_user_namespaces": "0\n" }), { root: true, chrooted: false }, WORDS);
    expect(error.hint).not.toContain("sysctl");
  });

  test("in a chroot is not blamed on the kernel's settings, which allow it elsewhere", async () => {
    const error = await explainRefusal(kernelWith({}), { root: false, chrooted: true }, WORDS);
    expect(error.message).toContain("no user namespace to a process in a chroot");
    expect(error.hint).toContain("as root");
  });

  test("in a container that masks /proc names what shows it whole", async () => {
    const error = await explainRefusal(kernelWith({}), ORDINARY, "unshare: mount /proc failed: Operation not permitted\n");
    expect(error.message).toBe(
      "this container hides parts of /proc, so the lab cannot have a /proc of its own (mount_namespaces(7)): " +
        "unshare: mount /proc failed: Operation not permitted",
    );
    expect(error.hint).toContain("systempaths=unconfined");
  });
});
