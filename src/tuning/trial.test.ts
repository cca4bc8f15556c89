import { expect, test } from "vitest";
import { healthyNode } from "../../test/synthetic/node-facts.js";
import { milliseconds } from "../units/quantity.js";
import { somaxconn } from "./changes/sockets/somaxconn.js";
import type { Change, Knob, PlannedStep } from "./contract.js";
import { TuningError } from "./error.js";
import type { JournalValue } from "./journal/record.js";
import { TunedNode } from "./node.js";
import type { PlannedChange } from "./plan.js";
import { asTrial } from "./trial.js";
import type { Workshop } from "./workshop.js";

const NAMES = ["net.core.somaxconn", "net.ipv4.tcp_sack"] as const;
const [FIRST, SECOND] = NAMES;
const LEASE = { until: new Date(0).toISOString(), guard: "g" };

const sysctl = (name: string): Knob => ({ kind: "sysctl", name });

/** A workshop on two values that are both 1; the journal's records are noted, and refused once it is full. */
function workshopOf(follow: (name: string, value: string, values: Map<string, string>) => void = () => undefined) {
  const values = new Map<string, string>(NAMES.map((name) => [name, "1"]));
  const facts = healthyNode({});
  const none = async (): Promise<never> => Promise.reject(new Error("not asked for"));
  const node = new TunedNode(
    {
      files: {
        readText: async (path) => Promise.resolve(values.get(path.replace("/proc/sys/", "").replaceAll("/", ".")) ?? ""),
        writeText: none,
        whyNotWritable: none,
        makePrivateFolder: none,
        exists: none,
        isRegular: none,
      },
      commands: {
        locate: none,
        run: async ({ argv }) => {
          const [name = "", value = ""] = (argv.at(-1) ?? "").split("=");
          values.set(name, value);
          follow(name, value, values);
          return Promise.resolve({ exitCode: 0, signal: undefined, timedOut: false, stdout: "", stderr: "", elapsed: milliseconds(1) });
        },
      },
    },
    facts,
  );
  const journal = { isFull: false, begun: [] as (readonly JournalValue[])[] };
  const write = async (record: { readonly values?: readonly JournalValue[] }): Promise<void> => {
    if (journal.isFull) return Promise.reject(new TuningError("the disk is full"));
    if (record.values !== undefined) journal.begun.push(record.values);
    return Promise.resolve();
  };
  return { values, journal, workshop: { node, facts, journal: { write }, now: () => new Date(0) } as unknown as Workshop };
}

const planned = (name: string, step: Omit<PlannedStep, "knob">): PlannedChange => {
  const change: Change = { ...somaxconn, name };
  return { change, evidence: { weight: "strong", says: "" }, steps: [{ knob: sysctl(name), ...step }] };
};

test("a trial whose journal cannot be written any more leaves none of its changes standing", async () => {
  const { values, journal, workshop } = workshopOf();
  const work = async (): Promise<void> => {
    for (const name of NAMES) values.set(name, "2");
    journal.isFull = true;
    return Promise.resolve();
  };
  const changes = NAMES.map((name) => planned(name, { now: "1", wanted: "2" }));
  await expect(asTrial(changes, workshop, LEASE, work)).rejects.toThrow("the disk is full");
  expect([...values.values()]).toEqual(["1", "1"]);
});

test("a change that was planned on top of another is tried with it, and both are taken back to what was before the trial", async () => {
  // The kernel moves the second value along with the first.
  const { values, journal, workshop } = workshopOf((name, value, all) => {
    if (name === FIRST) all.set(SECOND, value === "2" ? "5" : "1");
  });
  const changes = [planned(FIRST, { now: "1", wanted: "2", coupled: [sysctl(SECOND)] }), planned(SECOND, { now: "5", wanted: "9" })];
  const work = async (): Promise<void> => {
    values.set(FIRST, "2");
    values.set(SECOND, "9");
    return Promise.resolve();
  };
  await asTrial(changes, workshop, LEASE, work);
  expect(journal.begun.flat().map(({ before }) => before)).toEqual(["1", "1", "1"]);
  expect([...values.values()]).toEqual(["1", "1"]);
});

test("a value that someone else has written since the plan ends the trial before it begins", async () => {
  const { values, workshop } = workshopOf();
  values.set(SECOND, "77");
  const changes = NAMES.map((name) => planned(name, { now: "1", wanted: "2" }));
  await expect(asTrial(changes, workshop, LEASE, async () => Promise.resolve())).rejects.toThrow("has become 77, the plan found 1");
  expect([...values.values()]).toEqual(["1", "77"]);
});
