/**
 * Orders from outside, one JSON object a connection on a UNIX socket; and the way to the API server on another. Sockets in the file system
 * cross network namespaces.
 */
import { createServer } from "node:net";
import { join } from "node:path";
import { listen, relayTo } from "../relay.mjs";
import { API_PORT, FABRIC, nodePlaces } from "../variants.mjs";
import { importImage } from "./node.mjs";

/** @typedef {{ order: "signal", name: string, node?: string, signal: NodeJS.Signals }} SignalOrder */
/** @typedef {{ order: "restart", name: string, node?: string }} RestartOrder */
/** @typedef {{ order: "import", tar: string, node?: string }} ImportOrder */
/** @typedef {SignalOrder | RestartOrder | ImportOrder | { order: "list" }} Order */

/**
 * @param {string} state the cluster's folder
 * @param {import("../variants.mjs").Variant} variant
 * @param {import("./processes.mjs").Processes} processes
 */
export async function takeOrders(state, variant, processes) {
  const orders = createServer({ allowHalfOpen: true }, (socket) => {
    let text = "";
    socket.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => {
      text += chunk;
    });
    socket.on("error", () => undefined);
    socket.on("end", () => {
      carryOut(text, variant, processes).then(
        (answer) => socket.end(JSON.stringify({ answer })),
        (/** @type {unknown} */ error) => socket.end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) })),
      );
    });
  });
  const relay = relayTo({ host: FABRIC.address, port: API_PORT, noDelay: true });
  await Promise.all([listen(orders, { path: join(state, "orders.sock") }), listen(relay, { path: join(state, "api.sock") })]);
}

/**
 * @param {string} text
 * @param {import("../variants.mjs").Variant} variant
 * @param {import("./processes.mjs").Processes} processes
 * @returns {Promise<unknown>}
 */
async function carryOut(text, variant, processes) {
  /** @type {unknown} */
  const parsed = JSON.parse(text);
  const order = /** @type {Order} */ (parsed);
  switch (order.order) {
    case "list":
      return processes.list();
    case "signal":
      await processes.signal(order.name, order.node, order.signal);
      return true;
    case "restart":
      await processes.restart(order.name, order.node);
      return true;
    case "import": {
      const nodes = order.node === undefined ? nodePlaces(variant).map(({ name }) => name) : [order.node];
      for (const node of nodes) await importImage(node, order.tar);
      return true;
    }
  }
}
