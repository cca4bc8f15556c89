#!/usr/bin/env node
/**
 * `npm run cluster:up -- [--network N] [--proxy P] [--nodes 1-4] [--pod-mtu BYTES] [--dual-stack] [--dns] [--policies] [--link-rate BITS] [--image TAR ...]`
 *
 * A real cluster in the foreground; Ctrl-C ends it. With --json one line describes it on standard output, and the end of standard input ends it.
 */
import { parseArgs } from "node:util";
import { ownCluster } from "./owner.mjs";
import { DNS_SERVICE, NETWORKS, PROXIES, VARIANT_FLAGS, variantOf } from "./variants.mjs";

const USAGE = `usage: npm run cluster:up -- [--network ${NETWORKS.join("|")}] [--proxy ${PROXIES.join("|")}] [--nodes 1-4]
                             [--pod-mtu BYTES] [--dual-stack] [--dns] [--policies] [--link-rate BITS-A-SECOND] [--image TAR]...
`;

/** @param {import("./description.mjs").Description} description */
function welcome({ id, kubeconfig, state, components, nodes, variant }) {
  return `
cluster ${id} is up; Ctrl-C ends it, and nothing of it stays.

    export KUBECONFIG=${kubeconfig}
    ${components}/kubectl get nodes
    npm run cluster:shell                  a shell with both, and with commands named after the nodes

nodes   ${nodes.map(({ name, address }) => `${name} ${address}`).join(", ")}
logs    ${state}/logs/
disks   ${state}/node-N/
${variant.dns === true ? `DNS is CoreDNS at ${DNS_SERVICE}` : "No DNS runs in it (--dns)"}. Control plane: beside the fabric, on no node.
`;
}

async function main() {
  const { values } = parseArgs({ options: { ...VARIANT_FLAGS, json: { type: "boolean" }, help: { type: "boolean" } } });
  if (values.help === true) {
    process.stdout.write(USAGE);
    return 0;
  }
  const start = performance.now();
  const say = (/** @type {string} */ line) => {
    process.stderr.write(`cluster ${((performance.now() - start) / 1000).toFixed(1).padStart(5)} s  ${line}\n`);
  };
  const variant = variantOf(values);
  const ending = new AbortController();
  const asked = new Promise((resolve) => {
    const end = () => {
      ending.abort(new Error("ended before it was ready"));
      resolve(undefined);
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);
    if (values.json === true) process.stdin.resume().on("end", end);
  });
  const cluster = await ownCluster(variant, say, ending.signal);
  process.stdout.write(values.json === true ? `${JSON.stringify(cluster.description)}\n` : welcome(cluster.description));
  const died = await Promise.race([asked.then(() => false), cluster.ended.then(() => true)]);
  await cluster.stop();
  if (!died) return 0;
  process.stderr.write("the cluster's sandbox ended by itself\n");
  return 1;
}

main().then(
  (code) => {
    process.exit(code);
  },
  (/** @type {unknown} */ error) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
