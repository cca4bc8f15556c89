/** `podwire tune` inside a lab that `podwire lab shell` holds: the node is tuned as a machine is, and an experiment never outlives the process that makes it. Needs root. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { tuningSchema } from "../../src/model/closed-loop.js";
import { type TuningStatus, tuningPlanSchema, tuningStatusSchema } from "../../src/model/tuning.js";
import { ROUTER } from "../../src/modes/parts/outside.js";
import { isRoot } from "./built-lab.js";
import { copyProgram } from "./program.js";

const podwire = copyProgram();
afterAll(podwire.remove);

/** Other tests load the machine, which makes visits long and no less sure. */
const LONG = { timeout: 400_000 };

/** Everything that a change of these tests could touch. */
const DUMP =
  "dump() { ethtool -k eth0; sysctl -a 2>/dev/null | grep -E '^net.(core|ipv4.tcp)' | grep -vE 'fastopen_key|rss_key'; ip -details link show eth0; }";

/** Runs a script in a place of a held lab; `tune` there has a state folder of its own, and an empty one: journals have the number of a namespace, which the kernel gives again once it is gone. Gives what it wrote into files of its working folder. */
async function held(
  variant: string,
  place: string,
  script: string,
): Promise<{ readonly code: number | null; readonly stderr: string; readonly file: (name: string) => string }> {
  const path = join(podwire.work, "inside.sh");
  writeFileSync(
    path,
    `cd ${podwire.work}\nrm -rf state\ntune() { ${process.execPath} ${podwire.bin} tune "$@" --state ${podwire.work}/state; }\n${DUMP}\n${script}\n`,
  );
  const { code, stderr } = await podwire.run(["lab", "shell", variant, place, "--", "bash", path]);
  return { code, stderr, file: (name) => readFileSync(join(podwire.work, name), "utf8") };
}

const stateOf = ({ entries }: TuningStatus, change: string): readonly string[] =>
  entries.filter((entry) => entry.change === change).map(({ state }) => state);

describe.skipIf(!isRoot)("podwire tune in a held lab", () => {
  test("plans, applies, verifies and takes back as on a machine, and refuses what belongs to the machine", LONG, async () => {
    const { code, stderr, file } = await held(
      "flannel-vxlan+fault.receive-buffer",
      "pod-a",
      [
        "dump > before",
        "tune plan --json > plan",
        "tune apply --only tcp-buffers && tune verify && tune status --json > status",
        "tune apply --only netdev-max-backlog 2> refused; echo $? >> refused",
        "tune undo && dump > after",
        // Someone else writes while auto tries.
        "tune auto --metric tcp-open --budget 60s > auto 2> foreign & auto=$!",
        'until sysctl -n net.ipv4.tcp_rmem | grep -q "4194304$\\|6291456$"; do kill -0 $auto || break; done',
        "sysctl -qw net.ipv4.tcp_rmem='4096 8192 77777'",
        "wait $auto; echo $? >> foreign; sysctl -n net.ipv4.tcp_rmem >> foreign",
      ].join("\n"),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const plan = tuningPlanSchema.parse(JSON.parse(file("plan")));
    expect(plan.changes.map(({ change }) => change)).toContain("tcp-buffers");
    expect(stateOf(tuningStatusSchema.parse(JSON.parse(file("status"))), "tcp-buffers")).toEqual(["made"]);
    expect(file("refused")).toBe("podwire: netdev-max-backlog: not possible here: it belongs to the machine\n1\n");
    expect(file("after")).toBe(file("before"));
    expect(file("foreign")).toMatch(/^podwire: .*net\.ipv4\.tcp_rmem is 4096 8192 77777: someone else.*\n1\n4096\t8192\t77777\n$/m);
  });

  test("finds by the other node's pod what helps, and what it keeps stands until undo", LONG, async () => {
    const { code, stderr, file } = await held(
      "flannel-vxlan+fault.offloads-off",
      "pod-a",
      [
        "dump > before",
        "tune auto --metric tcp-open --budget 90s --json > auto",
        "tune status --json > status",
        "ethtool -k eth0 > standing",
        // What it says stands in the failure, should there be one.
        "tune undo >&2 && dump > after",
      ].join("\n"),
    );
    expect(code, stderr).toBe(0);
    const found = tuningSchema.parse(JSON.parse(file("auto")));
    expect(found.venue).toBe("held lab");
    const [first, ...others] = found.changes.filter(({ kept }) => kept);
    expect(first?.change).toMatch(/^offload-(?:tso|gso)$/);
    expect(first?.effect?.low).toBeGreaterThan(1.05);
    const status = tuningStatusSchema.parse(JSON.parse(file("status")));
    for (const { change } of [first, ...others].filter((one) => one !== undefined)) expect(stateOf(status, change).at(-1)).toBe("made");
    // Trials are told of as what they were: begun, and taken back.
    expect(status.entries.filter(({ trial }) => trial).map(({ state }) => state)).not.toContain("made");
    expect(file("standing")).toMatch(/tx-tcp-segmentation: on|generic-segmentation-offload: on/);
    expect(file("after")).toBe(file("before"));
  });

  test(
    "whose auto is killed in a trial has everything taken back by its guard, and a second tuner is refused meanwhile",
    LONG,
    async () => {
      const { code, stderr, file } = await held(
        "flannel-vxlan+fault.offloads-off",
        "node-b",
        [
          "ethtool -K eth0 tso off; sysctl -qw net.core.somaxconn=128; dump > before",
          "tune auto --metric tcp-open --budget 10m > auto 2>&1 & first=$!",
          // The tuner itself is the function's child.
          'until grep -qs \'"record":"apply"\' state/*.jsonl; do sleep 0.02; done',
          "tune apply --only somaxconn 2> second",
          "until ! cmp -s <(dump) before; do :; done",
          "pkill -KILL -P $first; wait $first",
          // The guard works by itself; whoever comes next waits for its lock.
          "until tune undo 2> undo; do :; done",
          "tune status --json > status; dump > after",
        ].join("\n"),
      );
      expect(code, stderr).toBe(0);
      expect(file("second")).toMatch(/^podwire: podwire with pid \d+, begun at 20\S+Z, tunes this node/);
      expect(file("after")).toBe(file("before"));
      const { entries } = tuningStatusSchema.parse(JSON.parse(file("status")));
      expect(entries.length).toBeGreaterThan(0);
      expect(new Set(entries.map(({ state }) => state))).toEqual(new Set(["undone"]));
    },
  );

  test("whose auto is killed before its agent has carried out what it was told is taken back only after that", LONG, async () => {
    const { code, stderr, file } = await held(
      "flannel-vxlan+fault.offloads-off",
      "node-b",
      [
        "ethtool -K eth0 tso off; sysctl -qw net.core.somaxconn=128; dump > before",
        "tune auto --metric tcp-open --budget 10m > auto 2>&1 & first=$!",
        "until ! cmp -s <(dump) before; do kill -0 $first || break; done",
        // The agent reads its orders when it goes on, and not before.
        "agent=$(pgrep -n -f 'sandbox.js guest$'); kill -STOP $agent",
        "pkill -KILL -P $first; wait $first",
        "tune undo 2> early; echo $? >> early",
        "kill -CONT $agent",
        "until tune undo 2> undo; do :; done",
        "tune status --json > status; dump > after",
      ].join("\n"),
    );
    expect(code, stderr).toBe(0);
    expect(file("early")).toMatch(
      /^podwire: podwire with pid \d+, begun at \S+Z, (?:tunes this node|has ended, and what it had ordered).*\n1\n$/,
    );
    expect(file("after")).toBe(file("before"));
    const { entries } = tuningStatusSchema.parse(JSON.parse(file("status")));
    expect(new Set(entries.map(({ state }) => state))).toEqual(new Set(["undone"]));
  });

  test("outside of the lab's nodes and pods is refused in one line", async () => {
    const { file } = await held("gce", ROUTER, "tune auto 2> refused; true");
    expect(file("refused")).toBe("podwire: podwire is in no node and no pod of the lab gce: enter one with podwire lab shell\n");
  });
});
