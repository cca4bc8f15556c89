/**
 * A pod network that no product makes: a bridge and routes, laid by hand.
 * @packageDocumentation
 */
import type { Cluster } from "../cluster/fixture.js";
import { CNI_CONFIG } from "../cluster/sandbox/node.mjs";

/** What no daemon that podwire knows marks its routes with. */
const PROTOCOL = "77";

/** Lays it in a cluster without a pod network, and waits until its nodes are ready. */
export async function bridgeByHand(cluster: Cluster): Promise<void> {
  const places = await Promise.all(
    cluster.nodes.map(async ({ name, address }) => {
      const cidr = await cluster.kubectl(["get", "node", name, "--output", "jsonpath={.spec.podCIDR}"]);
      return { name, address, cidr: cidr.trim() };
    }),
  );
  for (const { name, cidr } of places) {
    for (const other of places.filter((one) => one.name !== name))
      await cluster.runIn(name, ["ip", "route", "add", other.cidr, "via", other.address, "proto", PROTOCOL]);
    const ipam = { type: "host-local", ranges: [[{ subnet: cidr }]], routes: [{ dst: "0.0.0.0/0" }] };
    const bridge = { type: "bridge", bridge: "byhand0", isGateway: true, ipMasq: false, hairpinMode: true, ipam };
    await cluster.runIn(name, ["mkdir", "-p", CNI_CONFIG]);
    const text = JSON.stringify({ cniVersion: "0.4.0", name: "byhand", plugins: [bridge] });
    await cluster.runIn(name, ["dd", `of=${CNI_CONFIG}/10-byhand.conflist`, "status=none"], text);
  }
  await cluster.kubectl(["wait", "--for=condition=Ready", "node", "--all", "--timeout=120s"]);
}
