/**
 * Asks and answers inside a namespace: what conformance is tried with. A program of its own, which needs nothing but Node.
 *
 *     exchange.js respond NAME PORT [GROUP]   answers on a TCP and a UDP port, and to a multicast group, until it is ended; prints `ready`
 *     exchange.js stay NAME                   the same on a port that is free, for as long as its standard input is open; prints `ready PORT`
 *     exchange.js source ADDRESS              prints the address from which the kernel would send there; sends nothing
 *     exchange.js ask                         reads a JSON array of exchanges, asks all at once, prints a JSON array of outcomes
 *     exchange.js keep-asking                 reads one exchange with `times` and `every`, asks again and again from one socket, prints `begun` and a line each
 * @packageDocumentation
 */
import { createSocket, type RemoteInfo, type SocketType, type Socket as UdpSocket } from "node:dgram";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import type { Answer, Exchange, ExchangeOutcome, RepeatedExchange } from "../../../model/exchange.js";
import { milliseconds } from "../../../units/quantity.js";

/** `again`: the connection stays for the next question. */
const QUESTION = /^(ask|again) (\d+)\n/;
const AGAIN = "again 0\n";

const question = (exchange: Exchange): Buffer =>
  Buffer.concat([Buffer.from(`ask ${String(exchange.asks)}\n`), Buffer.alloc(exchange.sends, "q")]);

/** As long as was asked, or its first line where that is longer. */
function answer(name: string, source: string, asked: number): Buffer {
  const first: Answer = { who: name, source };
  const line = Buffer.from(`${JSON.stringify(first)}\n`);
  return Buffer.concat([line, Buffer.alloc(Math.max(0, asked - line.length), "a")]);
}

/** A v4-mapped address (RFC 4291, 2.5.5.2) as the IPv4 address that it stands for. */
const plain = (address = ""): string => address.replace(/^::ffff:/, "");

/** `198.18.0.11:80`, `[2001:2::1]:80`. */
const endOf = (address: string, port: number): string =>
  address.includes(":") ? `[${address}]:${String(port)}` : `${address}:${String(port)}`;

function respond(name: string, port: number, group: string | undefined, ready: (port: number) => void): void {
  const tcp = tcpResponder(name);
  tcp.listen(port, "0.0.0.0", () => {
    const { port: listening } = tcp.address() as AddressInfo;
    void Promise.all([respondByIpv6(name, listening), respondByUdp(name, listening, group)]).then(() => {
      ready(listening);
    });
  });
}

function tcpResponder(name: string): Server {
  return createServer((socket) => {
    socket.on("error", () => socket.destroy());
    let asked = "";
    socket.on("data", (chunk: Buffer) => {
      if (QUESTION.test(asked)) return;
      asked += chunk.toString("latin1");
      const [, kind, size] = QUESTION.exec(asked) ?? [];
      if (size === undefined) return;
      const words = answer(name, endOf(plain(socket.remoteAddress), socket.remotePort ?? 0), Number(size));
      if (kind === "ask") socket.end(words);
      else {
        socket.write(words);
        asked = "";
      }
    });
  });
}

/** The same port by IPv6, where this namespace has it. */
async function respondByIpv6(name: string, port: number): Promise<void> {
  const tcp = tcpResponder(name);
  return new Promise((done) => {
    tcp.on("error", () => {
      done();
    });
    tcp.listen({ port, host: "::", ipv6Only: true }, done);
  });
}

/** A socket for each own address, since an answer leaves by the address that its socket has; and one for everything else, such as a multicast group. */
async function respondByUdp(name: string, port: number, group: string | undefined): Promise<void> {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  // A link-local address is one of a device as well, and no one asks there.
  const addresses = new Set(["0.0.0.0", ...own.map(({ address }) => address).filter((address) => !address.startsWith("fe80:"))]);
  const sockets = [...addresses].map(async (address) => {
    const socket = createSocket({ type: udpOf(address), reuseAddr: true });
    socket.on("message", (message: Buffer, { address: asker, port: from }: RemoteInfo) => {
      const size = QUESTION.exec(message.toString("latin1"))?.[2];
      if (size !== undefined) socket.send(answer(name, endOf(plain(asker), from), Number(size)), from, asker);
    });
    await new Promise<void>((bound) => {
      // The kernel may still be looking for another owner of an IPv6 address (RFC 4862, 5.4).
      if (address.includes(":")) {
        socket.on("error", () => {
          bound();
        });
      }
      socket.bind(port, address, bound);
    });
    if (address === "0.0.0.0" && group !== undefined) joined(socket, group);
  });
  await Promise.all(sockets);
}

/** Joins a multicast group where there is a device to join it by. */
function joined(socket: UdpSocket, group: string): void {
  try {
    socket.addMembership(group);
  } catch (error) {
    process.stderr.write(`${group}: ${String(error)}\n`);
  }
}

const udpOf = (address: string): SocketType => (address.includes(":") ? "udp6" : "udp4");

async function ask(exchange: Exchange): Promise<ExchangeOutcome> {
  return exchange.protocol === "tcp" ? askTcp(exchange) : askUdp(exchange);
}

const since = (start: bigint) => milliseconds(Number((process.hrtime.bigint() - start) / 1_000n) / 1_000);

/** What an error of a socket means to who asked. */
function failure(error: NodeJS.ErrnoException, start: bigint): ExchangeOutcome {
  const detail = error.code ?? error.message;
  return { result: detail === "ECONNREFUSED" || detail === "ECONNRESET" ? "refused" : "failed", detail, took: since(start) };
}

async function askTcp(exchange: Exchange): Promise<ExchangeOutcome> {
  const start = process.hrtime.bigint();
  return new Promise((settle) => {
    const socket: Socket = connect(exchange.port, exchange.address);
    const chunks: Buffer[] = [];
    let connected = false;
    const finish = (outcome: ExchangeOutcome): void => {
      clearTimeout(timer);
      socket.destroy();
      settle(outcome);
    };
    const timer = setTimeout(() => {
      const seen = connected ? `connected, ${String(Buffer.concat(chunks).length)} bytes came` : "no connection";
      finish({ result: "silence", detail: seen, took: since(start) });
    }, exchange.patience);
    socket.on("connect", () => {
      connected = true;
      socket.write(question(exchange));
    });
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", (error) => {
      finish(failure(error, start));
    });
    socket.on("end", () => {
      finish(readAnswer(Buffer.concat(chunks), plain(socket.remoteAddress), exchange, start));
    });
  });
}

function readAnswer(whole: Buffer, from: string, exchange: Exchange, start: bigint): ExchangeOutcome {
  const end = whole.indexOf("\n");
  if (end < 0 || whole.length < exchange.asks)
    return { result: "failed", detail: `${String(whole.length)} of ${String(exchange.asks)} bytes came`, took: since(start) };
  const answered = answerIn(whole.toString("utf8", 0, end));
  if (answered === undefined)
    return { result: "failed", detail: `${from} answered, which is no responder of podwire's`, took: since(start) };
  const bytes = exchange.asks === 0 ? 0 : whole.length;
  return { result: "answered", ...answered, bytes, from, took: since(start) };
}

/** What a responder wrote; undefined where it was another program: a packet that went astray may reach one. */
function answerIn(line: string): Answer | undefined {
  try {
    const { who, source } = JSON.parse(line) as Partial<Answer>;
    return typeof who === "string" && typeof source === "string" ? { who, source } : undefined;
  } catch {
    return undefined;
  }
}

const whoIn = (line: string): string => answerIn(line)?.who ?? "another-program";

async function askUdp(exchange: Exchange): Promise<ExchangeOutcome> {
  const start = process.hrtime.bigint();
  return new Promise((settle) => {
    const socket = createSocket(udpOf(exchange.address));
    const finish = (outcome: ExchangeOutcome): void => {
      clearTimeout(timer);
      socket.close();
      settle(outcome);
    };
    const timer = setTimeout(() => {
      finish({ result: "silence", detail: "no answer", took: since(start) });
    }, exchange.patience);
    socket.on("error", (error) => {
      finish(failure(error, start));
    });
    socket.on("message", (message: Buffer, { address }: RemoteInfo) => {
      finish(readAnswer(message, address, exchange, start));
    });
    send(socket, exchange, (error) => {
      finish(failure(error, start));
    });
  });
}

/** Sends a question; a connected socket is connected first, which may be refused. */
function send(socket: UdpSocket, exchange: Exchange, failed: (error: Error) => void): void {
  const onSent = (error: Error | null): void => {
    if (error !== null) failed(error);
  };
  if (exchange.protocol === "udp-unconnected") socket.send(question(exchange), exchange.port, exchange.address, onSent);
  else {
    // Node hands the error of a connect to this function, which its types leave out.
    socket.connect(exchange.port, exchange.address, (error?: Error | null) => {
      if (error) failed(error);
      else socket.send(question(exchange), onSent);
    });
  }
}

/** Asks again and again on one connection, and prints what came of each question: the responder's name, silence, or how the connection ended. */
function keepConnected(exchange: RepeatedExchange): void {
  const socket = connect(exchange.port, exchange.address);
  let [asked, unanswered, begun] = [0, "", process.hrtime.bigint()];
  let waiting = true;
  const finish = (...words: readonly string[]): void => {
    clearInterval(timer);
    socket.removeAllListeners().destroy();
    for (const word of words) print(word);
  };
  const silent = (): void => {
    if (waiting && since(begun) > exchange.patience) finish(`silence for ${String(exchange.patience)} ms`);
  };
  const ask = (): void => {
    [asked, waiting, begun] = [asked + 1, true, process.hrtime.bigint()];
    socket.write(AGAIN);
  };
  socket.on("connect", ask);
  socket.on("error", (error: NodeJS.ErrnoException) => {
    finish(`error ${error.code ?? error.message}`);
  });
  socket.on("end", () => {
    finish("error closed");
  });
  socket.on("data", (chunk: Buffer) => {
    const lines = (unanswered + chunk.toString("latin1")).split("\n");
    unanswered = lines.pop() ?? "";
    waiting = false;
    for (const line of lines) print(`answer ${whoIn(line)}`);
  });
  const timer = setInterval(() => {
    // Timers come before what has arrived meanwhile, on a starved machine too.
    if (waiting && since(begun) > exchange.patience) setImmediate(silent);
    else if (asked >= exchange.times) finish();
    else if (!waiting) ask();
  }, exchange.every);
}

/** The same by datagrams, from one socket as long as that has no error, and prints what came of each question. */
function keepSending(exchange: RepeatedExchange): void {
  let asked = 0;
  let socket = createSocket(udpOf(exchange.address));
  const renewed = (error: NodeJS.ErrnoException): void => {
    print(`error ${error.code ?? error.message}`);
    socket.removeAllListeners();
    socket.close();
    socket = opened();
  };
  const opened = (): UdpSocket => {
    const made = createSocket(udpOf(exchange.address));
    made.on("error", renewed);
    made.on("message", (message: Buffer, { address }: RemoteInfo) => {
      const end = message.indexOf("\n");
      // An unconnected socket takes answers from anywhere, also those that were never translated back.
      if (address === exchange.address) print(`answer ${whoIn(message.toString("utf8", 0, end))}`);
      else print(`stranger ${address}`);
    });
    if (exchange.protocol === "udp") {
      made.connect(exchange.port, exchange.address, (error?: Error | null) => {
        if (error && made === socket) renewed(error);
      });
    }
    return made;
  };
  socket = opened();
  const once = (): void => {
    asked += 1;
    const current = socket;
    const onSent = (error: Error | null): void => {
      if (error !== null && current === socket) renewed(error);
    };
    try {
      if (exchange.protocol === "udp-unconnected") current.send(question(exchange), exchange.port, exchange.address, onSent);
      else current.send(question(exchange), onSent);
    } catch {
      // The socket is not connected yet: the next question is asked by it.
    }
  };
  const timer = setInterval(() => {
    if (asked < exchange.times) once();
    else {
      clearInterval(timer);
      socket.removeAllListeners();
      socket.close();
    }
  }, exchange.every);
}

/** A datagram socket that is connected has its address, and has sent nothing. */
function source(address: string): void {
  const socket = createSocket(udpOf(address));
  socket.connect(DISCARD, address, () => {
    print(socket.address().address);
    socket.close();
  });
}

/** RFC 863; nothing is sent there. */
const DISCARD = 9;

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

const [role, name = "", port = "", group] = process.argv.slice(2);
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

if (role === "respond") {
  respond(name, Number(port), group, () => {
    print("ready");
  });
} else if (role === "stay") {
  respond(name, 0, undefined, (listening) => {
    print(`ready ${String(listening)}`);
  });
  process.stdin.resume().on("close", () => process.exit(0));
} else if (role === "source") source(name);
else if (role === "keep-asking") {
  const exchange = JSON.parse(await standardInput()) as RepeatedExchange;
  print("begun");
  if (exchange.protocol === "tcp") keepConnected(exchange);
  else keepSending(exchange);
} else {
  const outcomes = await Promise.all((JSON.parse(await standardInput()) as readonly Exchange[]).map(ask));
  process.stdout.write(`${JSON.stringify(outcomes)}\n`);
}
