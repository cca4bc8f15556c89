/**
 * Dials what it is told to, one JSON line an order on its standard input and one JSON line an answer on its standard output:
 *
 *     {"open": NAME, "type": "tcp" | "udp4" | "udp6", "to"?: [ADDRESS, PORT]}   a connection; a datagram socket, connected where it has `to`
 *     {"ask": NAME, "to"?: [ADDRESS, PORT]}                                      sends and waits for one answer; `to` on an unconnected socket
 *     {"connect": NAME, "to": [ADDRESS, PORT]}                                   connects a datagram socket that is not
 *     {"disconnect": NAME}                                                       a datagram socket talks to anyone again
 *     {"close": NAME}
 *
 * Answers hold what the server said, whom the socket shows as its peer, and from where a datagram came; or the code of the error.
 */
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { createInterface } from "node:readline";

/** @typedef {{ open?: string, ask?: string, connect?: string, disconnect?: string, close?: string, type?: "tcp" | "udp4" | "udp6", to?: [string, number] }} Order */
/** @typedef {{ stream: import("node:net").Socket } | { datagrams: import("node:dgram").Socket }} Opened */

/** How long silence is waited for. */
const SILENCE_MS = 1_000;
/** @type {Map<string, Opened>} */
const opened = new Map();

/** @param {unknown} error */
const codeOf = (error) => ({ error: /** @type {NodeJS.ErrnoException} */ (error).code ?? String(error) });

/** @param {Order} order @returns {Promise<unknown>} */
async function open({ open: name = "", type = "tcp", to }) {
  if (type !== "tcp") return openDatagrams(name, type, to);
  const [host = "", port = 0] = to ?? [];
  const stream = connect({ host, port });
  await new Promise((resolve, reject) => stream.once("connect", resolve).once("error", reject));
  opened.set(name, { stream });
  stream.on("error", () => stream.destroy());
  return { peer: [stream.remoteAddress, stream.remotePort] };
}

/** @param {string} name @param {"udp4" | "udp6"} type @param {[string, number] | undefined} to */
async function openDatagrams(name, type, to) {
  const datagrams = createSocket(type);
  // Errors are told to who asks.
  datagrams.on("error", () => undefined);
  opened.set(name, { datagrams });
  return to === undefined ? {} : connected(datagrams, to);
}

/** @param {import("node:dgram").Socket} datagrams @param {[string, number]} to */
async function connected(datagrams, to) {
  await new Promise((resolve, reject) => {
    /** Node passes an error, which its types do not say. @type {(...said: unknown[]) => void} */
    const done = (error) => (error ? reject(error) : resolve(undefined));
    datagrams.connect(to[1], to[0], done);
  });
  const { address, port } = datagrams.remoteAddress();
  return { peer: [address, port] };
}

/** @param {Order} order @returns {Promise<unknown>} */
async function ask({ ask: name = "", to }) {
  const one = opened.get(name);
  if (one === undefined) throw new Error(`nothing is called ${name}`);
  if ("stream" in one) {
    one.stream.write("?");
    const said = await answered((resolve, reject) => {
      one.stream.once("data", resolve).once("close", () => reject(new Error("closed")));
    });
    return { ...JSON.parse(String(said)), peer: [one.stream.remoteAddress, one.stream.remotePort] };
  }
  const { datagrams } = one;
  return answered((resolve, reject) => {
    datagrams.once("error", reject).once("message", (said, from) => {
      datagrams.off("error", reject);
      resolve({ ...JSON.parse(String(said)), from: [from.address, from.port] });
    });
    /** @param {Error | null} error */
    const sent = (error) => error && reject(error);
    if (to === undefined) datagrams.send("?", sent);
    else datagrams.send("?", to[1], to[0], sent);
  }).finally(() => datagrams.removeAllListeners("message"));
}

/** @param {(resolve: (said: unknown) => void, reject: (error: Error) => void) => void} start @returns {Promise<any>} */
async function answered(start) {
  let timer;
  try {
    return await Promise.race([
      new Promise(start),
      new Promise((resolve) => {
        timer = setTimeout(() => resolve({ error: "silence" }), SILENCE_MS);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Order} order @returns {Promise<unknown>} */
async function carryOut(order) {
  const one = opened.get(order.connect ?? order.disconnect ?? order.close ?? "");
  if (order.open !== undefined) return open(order);
  if (order.ask !== undefined) return ask(order);
  if (order.connect !== undefined && one !== undefined && "datagrams" in one) return connected(one.datagrams, order.to ?? ["", 0]);
  if (order.disconnect !== undefined && one !== undefined && "datagrams" in one) one.datagrams.disconnect();
  if (order.close !== undefined && one !== undefined) "stream" in one ? one.stream.destroy() : one.datagrams.close();
  return {};
}

let before = Promise.resolve();
createInterface({ input: process.stdin })
  .on("line", (line) => {
    before = before.then(async () => {
      const answer = await carryOut(/** @type {Order} */ (JSON.parse(line))).catch(codeOf);
      process.stdout.write(`${JSON.stringify(answer)}\n`);
    });
  })
  .on("close", () => void before.then(() => process.exit(0)));
process.stdout.write("ready\n");
