/**
 * podwire in clusters as people run them: Cilium in both routing modes, kube-router, pod routes by BGP, and what is no product at all. Each must be told
 * right in each field, measured whole, and be as it was afterwards; and the machine as it was before the cluster.
 *
 * PODWIRE_PRODUCTS=cilium-vxlan,bird takes some of them (gce, flannel-vxlan and so on too), PODWIRE_PRODUCT_RUNS=3 makes so many quick runs in a row,
 * PODWIRE_PRODUCT_RESULTS=FOLDER keeps what podwire printed, PODWIRE_CAPTURE=FOLDER what the API and the nodes answered.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inspectionDocumentSchema } from "../../src/model/inspection.js";
import { summarySchema } from "../../src/model/summary.js";
import { renderInspectionTerminal } from "../../src/report/inspection/terminal.js";
import { agentImageUnavailable, ensureAgentImage } from "../cluster/agent-image.mjs";
import { objectList as everyObject } from "../cluster/objects.js";
import { endOf, podwire, said, startPodwire } from "../cluster/podwire.js";
import { cgroupOf } from "../cluster/registry.mjs";
import { cgroupNumber, socketPrograms } from "../cluster/sandbox/products/socket-programs.mjs";
import { type OwnCluster, startCluster } from "../cluster/start.mjs";
import { clusterUnavailable } from "../cluster/unavailable.js";
import { isCilium } from "../cluster/variants.mjs";
import { capture } from "./capture.js";
import { INSTALLED, PLAIN } from "./installed.js";
import { added, isInUse, machineState } from "./machine-state.js";
import { claimsOf, missingFacts, unexpectedProblems, unfounded } from "./told.js";
import { excused, unexcused } from "./whole-run.mjs";

/** With everything built: an hour for Go and a mirror. */
const START_MS = 60 * 60_000;
const RUN_MS = 5 * 60_000;
const RUNS = Number(process.env["PODWIRE_PRODUCT_RUNS"] ?? 1);
const chosen = process.env["PODWIRE_PRODUCTS"]?.split(",");
const folderOfCaptures = process.env["PODWIRE_CAPTURE"];

const unavailable = (await clusterUnavailable()) ?? agentImageUnavailable();
const cases = chosen === undefined ? INSTALLED : [...INSTALLED, ...PLAIN].filter(({ name }) => chosen.includes(name));
/** Where no one enforces policies. */
const UNKNOWN = "unknown";
const POLICED = "policed";
/** It costs what a policy costs, and forbids nothing. */
const LETS_PASS = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "lets-pass" },
  spec: { podSelector: {}, ingress: [{}], policyTypes: ["Ingress"] },
};
const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

describe.skipIf(unavailable !== undefined).each(cases)(
  `$name${unavailable === undefined ? "" : ` (${unavailable})`}`,
  ({ name, variant, prepare, told, without = {} }) => {
    const folder = mkdtempSync(join(tmpdir(), "podwire-products-"));
    let machine: readonly string[];
    let linked: ReadonlySet<number>;
    let cluster: OwnCluster;
    let objects: readonly string[];

    beforeAll(async () => {
      const image = await ensureAgentImage(say);
      machine = await machineState();
      linked = new Set((await socketPrograms()).map(({ id }) => id));
      cluster = await startCluster({ ...variant, images: [image] }, say);
      await prepare?.(cluster);
      // Made by kubelets some seconds after their nodes are ready.
      for (const node of cluster.nodes)
        await cluster.kubectl(["wait", "--for=create", `lease/${node.name}`, "--namespace", "kube-node-lease", "--timeout=60s"]);
      objects = await objectList(cluster);
      if (folderOfCaptures !== undefined) await capture(cluster, join(folderOfCaptures, name));
    }, START_MS);
    afterAll(async () => {
      await cluster.stop();
      rmSync(folder, { recursive: true, force: true });
    }, RUN_MS);

    const enforcer = told.claims.policiesInForce?.enforcedBy ?? UNKNOWN;
    const where = (): { folder: string; kubeconfig: string } => ({ folder, kubeconfig: cluster.kubeconfig });

    test(
      "what is said of it is what was installed",
      async () => {
        const { code, stdout, stderr } = await podwire(where(), "inspect", "--deep", "--json");
        expect(code, stderr).toBe(0);
        const { inspection } = inspectionDocumentSchema.parse(JSON.parse(stdout));
        keep(`${name}-inspection.json`, stdout);
        keep(`${name}-inspection.txt`, renderInspectionTerminal(inspection, { width: 100, colour: false, cluster: name }));
        expect(claimsOf(inspection)).toEqual(told.claims);
        expect(unfounded(inspection)).toEqual([]);
        const { kubernetes, nodes, podCidrs, ipFamilies, networkPolicies, services, endpointSlices, deep = [] } = inspection;
        expect(kubernetes).toMatch(/^v1\.\d+\./);
        expect(nodes.map(({ count, kernel }) => [count, kernel])).toEqual([[cluster.nodes.length, release()]]);
        expect(podCidrs.nodes).toBe(cluster.nodes.length);
        expect(podCidrs.examples.map(({ node, cidrs }) => [node, cidrs.length]).sort()).toEqual(
          cluster.nodes.map((node) => [node.name, ipFamilies.length]).sort(),
        );
        expect(networkPolicies).toBe(0);
        // At least that of the API.
        for (const count of [services, endpointSlices]) expect(count).toBeGreaterThan(0);
        expect(deep).toHaveLength(2);
        for (const { node, facts, problems } of deep) {
          expect(missingFacts(facts, told.deep), node).toEqual([]);
          expect(unexpectedProblems(problems, told.untold), node).toEqual([]);
        }
        expect(await objectList(cluster)).toEqual(objects);
      },
      RUN_MS,
    );

    test("has its programs for sockets at its nodes' own cgroups, not at the machine's", async () => {
      const own = cluster.nodes.map((node) => cgroupNumber(cluster.description.id, node.name));
      const places = (await socketPrograms()).filter(({ id }) => !linked.has(id)).map(({ cgroup }) => cgroup);
      expect(new Set(places)).toEqual(new Set(isCilium(cluster.description.variant) ? own : []));
    });

    test.each(Array.from({ length: RUNS }, (_, index) => index + 1))(
      "is measured whole by a quick run (%i)",
      async (number) => {
        const file = `quick-${String(number)}.json`;
        const { code, stdout, stderr } = await podwire(where(), "run", "--quick", "--json", "--out", file);
        // A path that cannot be there is a failure that the run tells.
        expect(code, stderr).toBe(Object.keys(without).length === 0 ? 0 : 1);
        const summary = summarySchema.parse(JSON.parse(stdout));
        keep(`${name}-quick-${String(number)}.json`, stdout);
        expect(summary.status).toBe("complete");
        const taken = excused(summary);
        if (taken.length > 0) say(`${name}, quick run ${String(number)}, taken away by the machine:\n  ${taken.join("\n  ")}`);
        expect(unexcused(summary, without)).toEqual([]);
        expect(await objectList(cluster)).toEqual(objects);
      },
      RUN_MS,
    );

    test.skipIf(enforcer === UNKNOWN)(
      "a run says who enforces the policies that are in force on what it measures",
      async () => {
        await cluster.kubectl(["create", "namespace", POLICED]);
        await cluster.kubectl(["apply", "--namespace", POLICED, "--filename", "-"], JSON.stringify(LETS_PASS));
        const flags = ["--paths", "pod-pod", "--metrics", "http", "--budget", "5s", "--namespace", POLICED];
        const { code, stderr } = await podwire(where(), "run", ...flags);
        await cluster.kubectl(["delete", "namespace", POLICED]);
        expect(code, stderr).toBe(0);
        expect(stderr).toContain(
          `network policies select the measured pods (NetworkPolicy ${POLICED}/lets-pass); ${enforcer} enforces them, and what that costs`,
        );
        await expect.poll(() => objectList(cluster), { timeout: 120_000, interval: 1000 }).toEqual(objects);
      },
      RUN_MS,
    );

    test(
      "is as it was after a run that was killed, once `clean` has been there",
      async () => {
        const child = startPodwire(where(), "run", "--paths", "pod-pod,pod-service", "--metrics", "tcp,http", "--budget", "60s");
        const ended = endOf(child);
        await said(child, /measuring .*, round/);
        child.kill("SIGKILL");
        await ended;
        expect(await objectList(cluster)).not.toEqual(objects);
        expect(await podwire(where(), "clean", "--all")).toMatchObject({ code: 0 });
        // What a network keeps of a pod (Cilium's endpoints and identities) goes after the pod.
        await expect.poll(() => objectList(cluster), { timeout: 120_000, interval: 1000 }).toEqual(objects);
      },
      RUN_MS,
    );

    test(
      "leaves the machine as it was",
      async () => {
        await cluster.stop();
        const own = cgroupOf(cluster.description.id);
        // Others may run beside it, with clusters of their own too.
        const counts = (line: string): boolean => line.includes(own) || !(line.includes("/podwire-cluster-") || isInUse(line));
        const left = async (): Promise<readonly string[]> => added(machine, await machineState()).filter(counts);
        await expect.poll(left, { timeout: 60_000, interval: 1000 }).toEqual([]);
        expect(added(await machineState(), machine).filter((line) => line.startsWith("/"))).toEqual([]);
      },
      RUN_MS,
    );
  },
);

/**
 * Everything but Cilium's identities: it keeps one for each set of labels that it saw, and its operator removes those of no pod after half an hour
 * (identityHeartbeatTimeout of its chart).
 */
const objectList = async (cluster: OwnCluster): Promise<readonly string[]> =>
  (await everyObject(cluster)).filter((line) => !line.startsWith("CiliumIdentity "));

/** For the table of docs/products.md. */
function keep(name: string, text: string): void {
  const kept = process.env["PODWIRE_PRODUCT_RESULTS"];
  if (kept !== undefined) writeFileSync(join(kept, name), text);
}
