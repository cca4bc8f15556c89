/**
 * Runs podwire-udp-proxy in the network namespace that this process has to itself, with its calls counted (count-calls.c), and prints what became of the
 * packets that it was given, as one JSON text.
 *
 *     node namespace.mjs PROXY INTERPOSER CALLS
 */
import { execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

const [proxy = "", interposer = "", calls = ""] = process.argv.slice(2);

/** This node's address in the tunnel; pods that the proxy has a peer for; and those that it has none for. */
const OWN = "198.19.0.1";
const POD = "198.19.1.5";
const NOBODY = "198.19.9.9";
const PROXY_PORT = 8285;
const PEER_PORT = 9285;
const PORT = 7001;
/** No more than the proxy's socket holds while it is suspended: 212,992 bytes, 768 for each of these. */
const PACKETS = 150;
const PATIENCE_MS = 20_000;
const NAMES = /** @type {const} */ (["reads", "emptyReads", "receives", "emptyReceives", "sends", "writes", "polls"]);

/** @typedef {Record<(typeof NAMES)[number], number>} Calls */

/** @returns {Calls} */
function callsSoFar() {
  const file = readFileSync(calls);
  return /** @type {Calls} */ (Object.fromEntries(NAMES.map((name, place) => [name, Number(file.readBigInt64LE(8 * place))])));
}

/**
 * @param {string} what
 * @param {() => boolean} holds
 */
async function until(what, holds) {
  const end = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`in vain: ${what}`);
    await delay(2);
  }
}

/** @param {string[]} words */
const ip = (...words) => execFileSync("ip", words, { stdio: ["ignore", "ignore", "pipe"] });

/** @returns {boolean} */
function hasDevice() {
  try {
    ip("link", "show", "tun0");
    return true;
  } catch {
    return false;
  }
}

/**
 * A socket, and all that it has received.
 * @param {number} port
 * @param {string} address
 */
async function listening(port, address) {
  const socket = createSocket("udp4");
  /** @type {Buffer[]} */
  const got = [];
  socket.on("message", (message) => got.push(message));
  socket.bind(port, address);
  await once(socket, "listening");
  return {
    got,
    send: (/** @type {Buffer} */ bytes, /** @type {number} */ to, /** @type {string} */ at) => send(socket, bytes, to, at),
    socket,
  };
}

/**
 * @param {import("node:dgram").Socket} socket
 * @param {Buffer} bytes
 * @param {number} port
 * @param {string} address
 * @returns {Promise<void>}
 */
const send = (socket, bytes, port, address) =>
  new Promise((resolve, reject) => {
    socket.send(bytes, port, address, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });

/** @param {Buffer} header */
function checksum(header) {
  let sum = 0;
  for (let place = 0; place < header.length; place += 2) sum += header.readUInt16BE(place);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/**
 * An IPv4 packet from the pod to this node.
 * @param {string} text
 * @param {number} ttl
 */
function packetOf(text, ttl) {
  const payload = Buffer.from(text);
  const udp = Buffer.alloc(8);
  for (const [place, word] of [PORT, PORT, 8 + payload.length, 0].entries()) udp.writeUInt16BE(word, 2 * place);
  const header = Buffer.from([0x45, 0, 0, 0, 0, 0, 0x40, 0, ttl, 17, 0, 0, ...POD.split(".").map(Number), ...OWN.split(".").map(Number)]);
  header.writeUInt16BE(20 + 8 + payload.length, 2);
  header.writeUInt16BE(checksum(header), 10);
  return Buffer.concat([header, udp, payload]);
}

/**
 * What a packet says of itself.
 * @param {Buffer} packet
 */
const described = (packet) => ({
  length: packet.length === packet.readUInt16BE(2),
  ttl: packet[8] ?? 0,
  checksum: checksum(packet.subarray(0, 20)),
  from: [...packet.subarray(12, 16)].join("."),
  to: [...packet.subarray(16, 20)].join("."),
  text: packet.subarray(28).toString(),
});

/** No two texts are alike, nor are most lengths. @param {number} place */
const textOf = (place) => `${String(place)} ${"x".repeat(place % 97)}`;

/** Devices without IPv6: the kernel's own packets would be read too. */
function withoutIpv6() {
  try {
    writeFileSync("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
  } catch {
    // A kernel without IPv6 sends none.
  }
}

withoutIpv6();
ip("link", "set", "lo", "up");
writeFileSync(calls, Buffer.alloc(8 * NAMES.length));
const running = spawn(proxy, ["tun0", `127.0.0.1:${String(PROXY_PORT)}`, `198.19.1.0/24=127.0.0.1:${String(PEER_PORT)}`], {
  env: { LD_PRELOAD: interposer, CALLS: calls },
  stdio: ["ignore", "inherit", "inherit"],
});
running.on("exit", (code, signal) => {
  process.stderr.write(`the proxy ended: ${String(code ?? signal)}\n`);
  process.exit(1);
});
await until("the proxy's device", hasDevice);
ip("address", "add", `${OWN}/32`, "dev", "tun0");
ip("link", "set", "tun0", "up");
for (const pods of ["198.19.1.0/24", "198.19.9.0/24"]) ip("route", "add", pods, "dev", "tun0");
const own = await listening(PORT, OWN);
const peer = await listening(PEER_PORT, "127.0.0.1");

/** @param {string} state */
const isInState = (state) =>
  readFileSync(`/proc/${String(running.pid)}/stat`, "latin1")
    .split(") ")[1]
    ?.startsWith(state) === true;

/**
 * Lets the proxy find what is sent all at once, and counts its calls from there to its rest.
 * @param {() => Promise<void>} sending
 * @param {Buffer[]} arriving
 * @param {number} many
 */
async function handedOver(sending, arriving, many) {
  running.kill("SIGSTOP");
  await until("the proxy's suspension", () => isInState("T"));
  const before = callsSoFar();
  arriving.length = 0;
  await sending();
  running.kill("SIGCONT");
  await until(`${String(many)} packets (${String(arriving.length)} have come)`, () => arriving.length >= many);
  await until("the proxy's rest", () => callsSoFar().polls > before.polls && isInState("S"));
  const after = callsSoFar();
  return { calls: Object.fromEntries(NAMES.map((name) => [name, after[name] - before[name]])), arrived: [...arriving] };
}

const outward = await handedOver(
  async () => {
    for (let place = 0; place < PACKETS; place += 1) await own.send(Buffer.from(textOf(place)), PORT, POD);
  },
  peer.got,
  PACKETS,
);
const inward = await handedOver(
  async () => {
    for (let place = 0; place < PACKETS; place += 1) await peer.send(packetOf(textOf(place), 64), PROXY_PORT, "127.0.0.1");
  },
  own.got,
  PACKETS,
);
// The last packet of each says that those before it were dropped.
const outwardDropped = await handedOver(
  async () => {
    await own.send(Buffer.from("for nobody"), PORT, NOBODY);
    own.socket.setTTL(1);
    await own.send(Buffer.from("too old"), PORT, POD);
    own.socket.setTTL(64);
    await own.send(Buffer.from("last"), PORT, POD);
  },
  peer.got,
  1,
);
const inwardDropped = await handedOver(
  async () => {
    for (const [text, ttl] of /** @type {const} */ ([
      ["too old", 1],
      ["last", 2],
    ]))
      await peer.send(packetOf(text, ttl), PROXY_PORT, "127.0.0.1");
  },
  own.got,
  1,
);
const texts = Array.from({ length: PACKETS }, (_, place) => textOf(place));
process.stdout.write(
  JSON.stringify({
    texts,
    outward: { calls: outward.calls, packets: outward.arrived.map(described) },
    inward: { calls: inward.calls, texts: inward.arrived.map(String) },
    outwardDropped: { calls: outwardDropped.calls, texts: outwardDropped.arrived.map((packet) => described(packet).text) },
    inwardDropped: { calls: inwardDropped.calls, texts: inwardDropped.arrived.map(String) },
  }),
);
running.removeAllListeners("exit");
running.kill("SIGKILL");
await once(running, "exit");
process.exit(0);
