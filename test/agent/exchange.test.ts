/** The program that conformance asks with, against servers of the test's own on the loopback device. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Exchange, ExchangeOutcome } from "../../src/model/exchange.js";
import { milliseconds } from "../../src/units/quantity.js";

const PROGRAM = fileURLToPath(new URL("../../dist/venues/agent/program/exchange.js", import.meta.url));
/** What is no responder's answer: another protocol, half of one, and JSON that says nothing of a responder. */
const STRANGE = ["HTTP/1.1 400 Bad Request\r\n\r\n", '{"who":"pod-b"\n', "null\n", '{"who":7,"source":"198.18.0.1:1"}\n'];

let servers: readonly Server[];

beforeAll(async () => {
  servers = STRANGE.map((words) => createServer((socket) => socket.end(words)).listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
});
afterAll(() => {
  for (const server of servers) server.close();
});

async function asked(exchanges: readonly Exchange[]): Promise<readonly ExchangeOutcome[]> {
  const program = spawn(process.execPath, [PROGRAM, "ask"], { stdio: ["pipe", "pipe", "inherit"] });
  program.stdin.end(JSON.stringify(exchanges));
  return JSON.parse(await text(program.stdout)) as readonly ExchangeOutcome[];
}

test("an answer of another program is what came of the question, and ends no other", async () => {
  const exchanges = servers.map((server): Exchange => {
    const { port } = server.address() as AddressInfo;
    return { protocol: "tcp", address: "127.0.0.1", port, sends: 0, asks: 0, patience: milliseconds(10_000) };
  });
  const strange = { result: "failed", detail: "127.0.0.1 answered, which is no responder of podwire's" };
  expect(await asked(exchanges)).toMatchObject(STRANGE.map(() => strange));
});
