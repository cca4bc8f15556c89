/**
 * What flanneld, kube-proxy, kubelet and the CNI plugins set up in a real cluster against the lab's wiring of the same mode: links, addresses, routes,
 * neighbours, FDB entries, sysctls, rules. `npm test` takes two networks, PODWIRE_WIRING=all all of them.
 */
import { afterAll, beforeAll, describe } from "vitest";
import { flannelHostGw } from "../../src/modes/flannel-host-gw.js";
import { flannelVxlan } from "../../src/modes/flannel-vxlan.js";
import { gce } from "../../src/modes/gce.js";
import { kindnet } from "../../src/modes/kindnet.js";
import { type PrivateMachine, privateMachine } from "../oracles/private-machine.js";
import { type OwnCluster, startCluster } from "./fixture.js";
import { CLUSTER_START_MS, roomForClusters } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";
import { testWiring, type WiringCase } from "./wiring/compared.js";
import { byCluster, byLab, type Wired } from "./wiring/wired.js";

const TWO: readonly WiringCase[] = [
  { network: "flannel-vxlan", mode: flannelVxlan },
  { network: "gce", mode: gce },
];
const MORE: readonly WiringCase[] = [
  { network: "flannel-host-gw", mode: flannelHostGw },
  { network: "ptp", mode: kindnet },
];
const cases = process.env["PODWIRE_WIRING"] === "all" ? [...TWO, ...MORE] : TWO;

const unavailable = await clusterUnavailable();

beforeAll(async () => {
  if (unavailable === undefined) await roomForClusters(2);
}, CLUSTER_START_MS);

describe.skipIf(unavailable !== undefined).each(cases)(
  `the network $network of a cluster and the lab's $mode.name${unavailable === undefined ? "" : ` (${unavailable})`}`,
  (example) => {
    let cluster: OwnCluster | undefined;
    let machine: PrivateMachine | undefined;
    let real: Wired;
    let lab: Wired;

    beforeAll(async () => {
      cluster = await startCluster({ network: example.network });
      machine = await privateMachine();
      real = await byCluster(cluster);
      lab = await byLab(machine, example.mode);
    }, CLUSTER_START_MS);
    afterAll(async () => {
      await machine?.close();
      await cluster?.stop();
    });

    testWiring(example, () => ({ real, lab }));
  },
);
