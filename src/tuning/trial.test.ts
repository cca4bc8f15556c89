import { expect, test } from "vitest";
import { healthyNode } from "../../test/synthetic/node-facts.js";
import { milliseconds } from "../units/quantity.js";
import { somaxconn } from "./changes/sockets/somaxconn.js";
import type { Change } from "./contract.js";
import { TuningError } from "./error.js";
import { TunedNode } from "./node.js";
import type { PlannedChange } from "./plan.js";
import { asTrial } from "./trial.js";
import type { Workshop } from "./workshop.js";

const NAMES = ["net.core.somaxconn", "net.ipv4.tcp_sack"] as const;

test("a trial whose journal cannot be written any more leaves none of its changes standing", async () => {
  const values = new Map<string, string>(NAMES.map((name) => [`/proc/sys/${name.replaceAll(".", "/")}`, "1"]));
  const facts = healthyNode({});
  const none = async (): Promise<never> => Promise.reject(new Error("not asked for"));
  const node = new TunedNode(
    {
      files: {
        readText: async (path) => Promise.resolve(values.get(path) ?? ""),
        writeText: none,
        whyNotWritable: none,
        makePrivateFolder: none,
        exists: none,
      },
      commands: {
        locate: none,
        run: async ({ argv }) => {
          const [name = "", value = ""] = (argv.at(-1) ?? "").split("=");
          values.set(`/proc/sys/${name.replaceAll(".", "/")}`, value);
          return Promise.resolve({ exitCode: 0, signal: undefined, timedOut: false, stdout: "", stderr: "", elapsed: milliseconds(1) });
        },
      },
    },
    facts,
  );
  let full = false;
  const write = async (): Promise<void> => (full ? Promise.reject(new TuningError("the disk is full")) : Promise.resolve());
  const workshop = { node, facts, journal: { write }, now: () => new Date(0) } as unknown as Workshop;
  const planned = NAMES.map((name): PlannedChange => {
    const change: Change = { ...somaxconn, name };
    return { change, evidence: { weight: "strong", says: "" }, steps: [{ knob: { kind: "sysctl", name }, now: "1", wanted: "2" }] };
  });
  const work = async (): Promise<void> => {
    for (const path of values.keys()) values.set(path, "2");
    full = true;
    return Promise.resolve();
  };
  await expect(asTrial(planned, workshop, { until: new Date(0).toISOString(), guard: "g" }, work)).rejects.toThrow("the disk is full");
  expect([...values.values()]).toEqual(["1", "1"]);
});
