import { advised } from "./advised.js";

const GOVERNOR = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";

/** How fast CPUs run. */
export const governor = advised({
  name: "governor",
  sets: "the CPUs' frequency governor",
  why: "A CPU that has slowed down takes a while to be fast again, and every packet waits for it.",
  scope: "machine",
  sources: ["Linux Documentation/admin-guide/pm/cpufreq.rst"],
  look: ({ files }) => {
    const now = files[GOVERNOR]?.trim();
    if (now === undefined) return { because: "this machine has no cpufreq" };
    if (now !== "powersave") return undefined;
    return {
      evidence: { weight: "some", says: `the governor is ${now}` },
      says: "set `performance` by your distribution's means (cpupower frequency-set -g performance, a TuneD profile), and measure its power too",
    };
  },
});
