/**
 * What flanneld, kube-proxy, kubelet and the CNI plugins set up in a real cluster against the lab's wiring of the same mode: links, addresses, routes,
 * neighbours, FDB entries, sysctls, rules. `npm test` takes two networks, PODWIRE_WIRING=all all of them.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Mode } from "../../src/modes/contract.js";
import { flannelHostGw } from "../../src/modes/flannel-host-gw.js";
import { flannelVxlan } from "../../src/modes/flannel-vxlan.js";
import { gce } from "../../src/modes/gce.js";
import { kindnet } from "../../src/modes/kindnet.js";
import { differences } from "../oracles/differences.js";
import { type PrivateMachine, privateMachine } from "../oracles/private-machine.js";
import { type OwnCluster, startCluster } from "./fixture.js";
import { clusterUnavailable } from "./unavailable.js";
import type { Network } from "./variants.mjs";
import { KNOWN, type Known } from "./wiring/known-differences.js";
import { byCluster, byLab, type Wired } from "./wiring/wired.js";

interface Case {
  readonly network: Network;
  readonly mode: Mode;
}

const TWO: readonly Case[] = [
  { network: "flannel-vxlan", mode: flannelVxlan },
  { network: "gce", mode: gce },
];
const MORE: readonly Case[] = [
  { network: "flannel-host-gw", mode: flannelHostGw },
  { network: "ptp", mode: kindnet },
];
const cases = process.env["PODWIRE_WIRING"] === "all" ? [...TWO, ...MORE] : TWO;

const unavailable = await clusterUnavailable();

const hereKnown = (network: Network): readonly Known[] =>
  KNOWN.filter(({ networks }) => networks === undefined || networks.includes(network));

describe.skipIf(unavailable !== undefined).each(cases)(
  `the network $network of a cluster and the lab's $mode.name${unavailable === undefined ? "" : ` (${unavailable})`}`,
  ({ network, mode }) => {
    let cluster: OwnCluster | undefined;
    let machine: PrivateMachine | undefined;
    let real: Wired;
    let lab: Wired;

    beforeAll(async () => {
      cluster = await startCluster({ network });
      machine = await privateMachine();
      real = await byCluster(cluster);
      lab = await byLab(machine, mode);
    }, 120_000);
    afterAll(async () => {
      await machine?.close();
      await cluster?.stop();
    });

    test("the pod is wired alike", () => {
      expect(real.pod.addresses).toContainEqual(expect.stringContaining("198.19.1.2/24"));
      expect(differences(real.pod, lab.pod)).toEqual([]);
    });

    test("the node is wired alike but for what is known", () => {
      expect(differences(real.node, lab.node).filter((line) => !hereKnown(network).some((known) => known.line.test(line)))).toEqual([]);
    });

    test("what is known is there, and recorded in the mode where it is the product's", () => {
      const found = differences(real.node, lab.node);
      for (const { line, why } of hereKnown(network)) {
        expect(found).toContainEqual(expect.stringMatching(line));
        if ("deviation" in why) expect(mode.deviations).toContain(why.deviation);
      }
    });
  },
);
