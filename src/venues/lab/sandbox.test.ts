import { describe, expect, test } from "vitest";
import { enterArgv, sandboxArgv, sandboxChain } from "./sandbox.js";

const options = { node: "/usr/bin/node", agent: "/x/main.js", chrooted: false };

describe("the sandbox chain", () => {
  test("of root has no user namespace", () => {
    expect(sandboxArgv({ ...options, root: true }).join(" ")).toBe(
      "setpriv --pdeathsig KILL unshare --net --mount --pid --fork --kill-child --mount-proc /usr/bin/node /x/main.js",
    );
  });

  test("of an ordinary user has one, and is otherwise the same", () => {
    const ordinary = sandboxArgv({ ...options, root: false }).join(" ");
    expect(ordinary).toContain("unshare --user --map-root-user --net");
    expect(ordinary.replace(" --user --map-root-user", "")).toBe(sandboxArgv({ ...options, root: true }).join(" "));
  });

  test("of a chroot makes a mount of it before the agent starts, since the chroot's own cannot be made private", () => {
    const chain = sandboxArgv({ ...options, root: true, chrooted: true });
    expect(chain.slice(0, -6).join(" ")).toContain("--mount --propagation unchanged --pid");
    expect(chain.slice(-6)).toEqual(["sh", "-c", expect.stringContaining("--make-rprivate"), "sh", options.node, options.agent]);
    expect(enterArgv(7, { root: true, chrooted: true }, "n", ["sh"]).join(" ")).toContain("--root=/proc/7/root -- chroot ");
  });

  test("gives a reason for each link", () => {
    for (const link of sandboxChain({ ...options, root: false })) expect(link.reason).not.toBe("");
  });

  test("is entered by its namespaces, the agent's pid namespace among them", () => {
    expect(enterArgv(7, { root: true, chrooted: false }, "host.open.node-a", ["sh"]).join(" ")).toBe(
      "nsenter --mount=/proc/7/ns/mnt --pid=/proc/7/ns/pid_for_children -- nsenter --net=/run/netns/host.open.node-a -- sh",
    );
    expect(enterArgv(7, { root: false, chrooted: false }, "n", ["sh"])).toContain("--preserve-credentials");
  });
});
