/** What every layer that plants a fault must keep to, on every mode that it stands on and in every topology. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wiredDevices } from "../../../test/synthetic/wired-devices.js";
import type { Step, Topology, Wiring } from "../../model/wiring.js";
import { MODES } from "../../modes/index.js";
import { bitsPerSecond } from "../../units/quantity.js";
import { standingOf } from "../../variants/standing.js";
import { resolveVariant } from "../../variants/variant.js";
import type { FaultSign } from "../fault.js";
import type { FaultLayer } from "./fault-layer.js";
import { FAULTS } from "./index.js";

const topologies = fc.record(
  {
    nodes: fc.integer({ min: 2, max: 6 }),
    mtu: fc.integer({ min: 1450, max: 9000 }),
    rate: fc.constant(bitsPerSecond(1e9)),
    pods: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
    outside: fc.record({ mtu: fc.integer({ min: 1280, max: 9000 }) }),
  },
  { requiredKeys: ["nodes", "mtu"] },
);

/** Rows of the catalogue, as their ids are written. */
const ROW = /^[A-D]\d{1,2}$/;

/** Settings of the machine: a namespace that is not the first one has none of them, and where it has they are everybody's. */
const OF_THE_MACHINE =
  /^net\.core\.(?:netdev_|dev_weight|default_qdisc|rmem_|wmem_|optmem)|nf_conntrack_(?:max|buckets|expect_max)|gc_thresh|tcp_mem|udp_mem/;

const variantsOf = (layer: FaultLayer): readonly string[] =>
  standingOf(layer).on.map((mode) => [mode, ...(layer.beside ?? []), layer.name].join("+"));

const withoutIt = (name: string): string => name.slice(0, name.lastIndexOf("+"));

/** On which namespaces and devices a sign is read. */
function placesOf(sign: FaultSign): readonly { readonly in: string; readonly device?: string }[] {
  switch (sign.kind) {
    case "protocol":
    case "setting":
    case "rule":
      return [{ in: sign.in }];
    case "swallowed":
      return [sign.seen, sign.missed];
    default:
      return [{ in: sign.in, device: sign.device }];
  }
}

const textOf = (step: Step): string => JSON.stringify(step);

/** Steps that are new against the same variant without the fault. */
function planted(name: string, topology: Topology): readonly Step[] {
  const before = new Set(resolveVariant(withoutIt(name)).wire(topology).steps.map(textOf));
  return resolveVariant(name)
    .wire(topology)
    .steps.filter((step) => !before.has(textOf(step)));
}

function inEveryTopology(layer: FaultLayer, check: (wiring: Wiring, name: string, topology: Topology) => void): void {
  for (const name of variantsOf(layer)) {
    const variant = resolveVariant(name);
    fc.assert(
      fc.property(topologies, (topology) => {
        check(variant.wire(topology), name, topology);
      }),
      { numRuns: 3, examples: [[{ nodes: 2, mtu: 1500 }], [{ nodes: 3, mtu: 1500 }]] },
    );
  }
}

test("the list plants at least 20 causes of the catalogue, each fault under a name of its own", () => {
  const rows = new Set(FAULTS.flatMap(({ fault }) => fault.row ?? []));
  expect(rows.size).toBeGreaterThanOrEqual(20);
  for (const row of rows) expect(row).toMatch(ROW);
  const names = FAULTS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^fault\.[a-z0-9]+(?:-[a-z0-9]+)*$/);
});

describe.each(FAULTS.map((layer) => [layer.name, layer] as const))("%s", (name, layer) => {
  test("stands on a mode, and says in sentences what it is, why it matters and what tells of it", () => {
    expect(variantsOf(layer).length).toBeGreaterThan(0);
    for (const sentence of [layer.sentence, layer.why, layer.fault.shownBy]) expect(sentence).toMatch(/\.$/);
    expect(layer.sources.length).toBeGreaterThan(0);
  });

  test("is pure, and leaves the wiring that it is put on as it was", () => {
    inEveryTopology(layer, (wiring, variant, topology) => {
      const plain = resolveVariant(withoutIt(variant)).wire(topology);
      const before = JSON.stringify(plain);
      const once = layer.onto(plain, topology);
      expect(JSON.stringify(plain)).toBe(before);
      expect(JSON.stringify(layer.onto(plain, topology))).toBe(JSON.stringify(once));
      expect(JSON.stringify(once)).toBe(JSON.stringify(wiring));
      expect(JSON.stringify(once)).not.toBe(before);
    });
  });

  test("names only namespaces and devices that are there, in its steps and in what it is shown by", () => {
    inEveryTopology(layer, (wiring, variant, topology) => {
      const known = new Map(wiring.namespaces.map(({ name: own }) => [own, wiredDevices(wiring, own)]));
      for (const step of planted(variant, topology)) {
        const here = known.get(step.in);
        expect(here, textOf(step)).toBeDefined();
        if ("device" in step) expect(here, textOf(step)).toContain(step.device);
        if (step.kind === "link-set") expect(here, textOf(step)).toContain(step.name);
      }
      for (const place of placesOf(layer.fault.sign(wiring))) {
        expect(known.has(place.in), JSON.stringify(place)).toBe(true);
        if (place.device !== undefined) expect(known.get(place.in)).toContain(place.device);
      }
    });
  });

  test("changes what is of a namespace or a device, says of each step that it was planted, and keeps to the lab's addresses", () => {
    inEveryTopology(layer, (_wiring, variant, topology) => {
      for (const step of planted(variant, topology)) {
        if (step.kind === "sysctl") expect(step.name).not.toMatch(OF_THE_MACHINE);
        if (step.kind === "address") expect(step.address).toMatch(/^198\.1[89]\./);
        expect(["daemon", "load", "tun"]).not.toContain(step.kind);
        // What a mode makes itself and only makes otherwise keeps its own reason.
        if (step.kind !== "link" && !(step.kind === "ruleset" && step.id === "rules")) expect(step.reason).toMatch(/^planted: /);
      }
    });
  });

  test("names the kernel features and programs that its steps take", () => {
    const needs = new Set<string>([...layer.needs.kernel, ...layer.needs.programs]);
    for (const variant of variantsOf(layer)) {
      for (const step of planted(variant, { nodes: 2, mtu: 1500 })) {
        if (step.kind === "ruleset" && step.id === "fault") expect(needs).toContain(`${step.tool}-restore`);
        if (step.kind === "offload") expect(needs).toContain("ethtool");
        if (step.kind === "policy-rule") expect(needs).toContain("policy-routing");
        if (step.kind === "qdisc") expect(needs).toContain("tbf");
      }
    }
  });

  test("is known to a variant, which a mode that cannot carry it refuses with a reason", () => {
    for (const variant of variantsOf(layer)) expect(resolveVariant(variant).faulty).toBe(true);
    const { on } = standingOf(layer);
    const other = MODES.find((mode) => !on.includes(mode.name));
    expect(() => resolveVariant(`${other?.name ?? ""}+${name}`)).toThrow(/cannot carry fault\.|changes nothing of/);
  });
});

test("a variant without a planted fault is not taken for one with", () => {
  expect(resolveVariant("flannel-vxlan+offload-off").faulty).toBeUndefined();
});

test("fault.mtu-1400 is both nodes' eth0 at 1400 under pods at 1450", () => {
  const wiring = resolveVariant("flannel-vxlan+fault.mtu-1400").wire({ nodes: 2, mtu: 1500 });
  const narrowed = wiring.steps.flatMap((step) =>
    step.kind === "link-set" && step.settings[0] === "mtu" ? [`${step.in} ${step.name} ${step.settings[1] ?? ""}`] : [],
  );
  expect(narrowed).toEqual(["node-a eth0 1400", "node-b eth0 1400"]);
  expect(wiring.paths["pod-pod"]?.mtu).toBe(1450);
});
