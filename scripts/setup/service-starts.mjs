/**
 * Holds back the services that Debian packages start when they are installed. Their scripts ask /usr/sbin/policy-rc.d first
 * (invoke-rc.d(8), deb-systemd-invoke(1p)), and 101 means "forbidden". The machine's own policy, where it has one, comes back exactly as it was.
 */
import { linkSync, lstatSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { textOf } from "./file-lock.mjs";
import { isAlive } from "./lock.mjs";

/** Set for apt and so for every package script: while it is, services stay off even if this process was killed. */
export const SERVICES_HELD_BACK = "PODWIRE_SERVICES_HELD_BACK";

const OWNER = /^# podwire set-up, pid (\d+)$/m;
const SCRIPT = "setup/apt.mjs";
const POLL_MS = 500;
/** @type {readonly NodeJS.Signals[]} */
const STAY_FOR = ["SIGINT", "SIGTERM", "SIGHUP"];

/** @param {string} policy */
const keptName = (policy) => `${policy}.kept-by-podwire`;

/**
 * After a kill -9 this file stays until the next set-up. It then forbids nothing any more, but to that set-up's own orphaned apt.
 * @param {string} policy
 */
const policyText = (policy) => `#!/bin/sh
# podwire set-up, pid ${String(process.pid)}
# Here only while apt runs for podwire, so that no service is started. The next set-up removes it if it was left behind.
if [ -n "\${${SERVICES_HELD_BACK}:-}" ]; then exit 101; fi
if grep -qsF ${SCRIPT} /proc/${String(process.pid)}/cmdline; then exit 101; fi
if [ -x ${keptName(policy)} ]; then exec ${keptName(policy)} "$@"; fi
exit 0
`;

/** @param {string} policy */
function restore(policy) {
  const kept = keptName(policy);
  if (lstatSync(kept, { throwIfNoEntry: false }) === undefined) rmSync(policy, { force: true });
  else renameSync(kept, policy);
}

/**
 * Waits for another set-up's policy to go, and takes away one that was left behind.
 * @param {string} policy
 */
async function clearOthers(policy) {
  for (;;) {
    const owner = OWNER.exec(textOf(policy) ?? "")?.[1];
    if (owner === undefined) break;
    if (!isAlive(Number(owner), SCRIPT)) {
      restore(policy);
      break;
    }
    await pause(POLL_MS);
  }
  // A second name that was made while the first was still the machine's own: killed between the two.
  rmSync(keptName(policy), { force: true });
}

/**
 * The machine's own policy keeps its file (a second name for it), so that owner, mode and times survive.
 * @param {string} policy
 */
function put(policy) {
  const fresh = `${policy}.new-by-podwire`;
  writeFileSync(fresh, policyText(policy), { mode: 0o755 });
  try {
    linkSync(policy, keptName(policy));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) {
      unlinkSync(fresh);
      throw error;
    }
  }
  renameSync(fresh, policy);
}

/**
 * Does the work while package scripts may start no service.
 * @param {() => Promise<void>} work
 * @param {string} [policy] the file that package scripts ask
 */
export async function withoutServiceStarts(work, policy = "/usr/sbin/policy-rc.d") {
  await clearOthers(policy);
  // Between two programs no one passes signals on; they must not end this process before it has cleaned up.
  const stay = () => {};
  for (const signal of STAY_FOR) process.on(signal, stay);
  put(policy);
  try {
    await work();
  } finally {
    restore(policy);
    for (const signal of STAY_FOR) process.off(signal, stay);
  }
}
