/**
 * Says its own name and who asks, by TCP and UDP.
 *
 *     node socket-server.mjs ADDRESS PORT NAME
 */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";

const [address = "", port = "", name = ""] = process.argv.slice(2);
/** @param {string | undefined} who @param {number | undefined} from */
const answer = (who, from) => JSON.stringify({ server: name, client: { address: who, port: from } });

const udp = createSocket(address.includes(":") ? "udp6" : "udp4");
udp.on("message", (_, { address: who, port: from }) => udp.send(answer(who, from), from, who));
udp.bind(Number(port), address, () => {
  createServer((client) => {
    // A client may close in the same moment.
    client.on("error", () => client.destroy());
    client.on("data", () => client.write(`${answer(client.remoteAddress, client.remotePort)}\n`));
  }).listen(Number(port), address, () => process.stdout.write("listening\n"));
});
