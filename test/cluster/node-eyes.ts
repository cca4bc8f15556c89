/**
 * Pods of a test cluster, asked through their nodes: the same commands in the same namespaces as an agent would run them, without its image.
 */
import { execa } from "execa";
import type { AskedPod } from "../../src/inspection/pods/look.js";
import type { RunInPod } from "../../src/venues/cluster/facts/inspection.js";
import type { Cluster } from "./fixture.js";
import { createReady, podManifests } from "./pods.js";

/** One pod on each node, made in a namespace of that name, and each node itself; with the way to ask them. */
export async function askable(
  cluster: Cluster,
  namespace: string,
): Promise<{ readonly pods: readonly AskedPod[]; readonly run: RunInPod }> {
  const letters = cluster.nodes.map((node, place) => ({ ...node, letter: "abc"[place] ?? "" }));
  await createReady(
    cluster,
    namespace,
    letters.flatMap(({ name, letter }) => podManifests({ name: `pod-${letter}`, node: name })),
  );
  const places = await Promise.all(
    letters.map(async ({ name, address, letter }) => {
      const words = ["get", "pod", `pod-${letter}`, "--namespace", namespace, "--output", "jsonpath={.status.podIP}"];
      const pod = (await cluster.kubectl(words)).trim();
      return [
        { id: `host-${letter}`, node: name, network: "host", address, hostAddress: address, inside: [] },
        {
          id: `pod-${letter}`,
          node: name,
          network: "pod",
          address: pod,
          hostAddress: address,
          selectable: { namespace, labels: {} },
          inside: await namespaceOf(cluster, name, pod),
        },
      ] as const;
    }),
  );
  const all = places.flat();
  return {
    pods: all,
    run: async (id, argv) => {
      const place = all.find((one) => one.id === id);
      if (place === undefined) throw new Error(`there is no pod ${id}`);
      const [program = "", ...words] = cluster.enter(place.node, [...place.inside, ...argv]);
      const { exitCode, stdout, stderr } = await execa(program, words, { reject: false });
      return { exitCode, stdout, stderr };
    },
  };
}

/** The words that lead from a node into the namespace that has an address. */
async function namespaceOf(cluster: Cluster, node: string, address: string): Promise<readonly string[]> {
  const names = (await cluster.runIn(node, ["ls", "/run/netns"])).split("\n").filter((name) => name !== "");
  for (const name of names) {
    const addresses = await cluster.runIn(node, ["ip", "-netns", name, "-oneline", "address"]);
    if (addresses.includes(` ${address}/`)) return ["ip", "netns", "exec", name];
  }
  throw new Error(`no namespace on ${node} has the address ${address}`);
}
