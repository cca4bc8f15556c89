// A UDP relay that stands still for a while at every so many-th message, in place of a network that stalls.
//
//   node stalling-relay.mjs LISTEN_PORT ADDRESS PORT EVERY STALL_MS
import { createSocket } from "node:dgram";

const [listenPort, address, port, every, stallMs] = process.argv.slice(2);
const cell = new Int32Array(new SharedArrayBuffer(4));
const front = createSocket("udp4");
/** A socket towards the server for each client, by which its answers are known. @type {Map<string, import("node:dgram").Socket>} */
const backs = new Map();
let messages = 0;

/** @param {import("node:dgram").RemoteInfo} client */
function backOf(client) {
  const name = `${client.address} ${String(client.port)}`;
  const known = backs.get(name);
  if (known !== undefined) return known;
  const back = createSocket("udp4");
  back.on("message", (answer) => {
    front.send(answer, client.port, client.address);
  });
  backs.set(name, back);
  return back;
}

front.on("message", (message, client) => {
  messages += 1;
  // The whole relay stands still, as a daemon does that waits for a lock.
  if (messages % Number(every) === 0) Atomics.wait(cell, 0, 0, Number(stallMs));
  backOf(client).send(message, Number(port), address);
});
front.bind(Number(listenPort));
