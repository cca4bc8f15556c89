/**
 * A way to the API server that a test can cut or hold up.
 */
import { createServer, connect as dial, type Server, type Socket } from "node:net";

/** A relay of bytes on the loopback interface. */
export interface Way {
  readonly url: string;
  /** Ends every connection, and refuses new ones until {@link Way.mend}. */
  readonly cut: () => Promise<void>;
  readonly mend: () => Promise<void>;
  /** Carries nothing until {@link Way.release}, and closes nothing: all that either side sees is silence. */
  readonly hold: () => void;
  readonly release: () => void;
}

/** Opens a relay to the server of an address such as `https://127.0.0.1:6443`. It ends with the process, or when it is cut. */
export async function wayTo(server: string): Promise<Way> {
  const { hostname, port } = new URL(server);
  /** Each end with the one that it hands its bytes to. */
  const sockets = new Map<Socket, Socket>();
  let held = false;
  const relay = (socket: Socket): void => {
    const other = dial(Number(port), hostname);
    for (const [one, peer] of [
      [socket, other],
      [other, socket],
    ] as const) {
      sockets.set(one, peer);
      one.on("error", () => one.destroy());
      one.on("close", () => {
        sockets.delete(one);
        peer.destroy();
      });
      if (!held) one.pipe(peer);
    }
  };
  let listening = createServer(relay);
  const own = await listen(listening, 0);
  listening.unref();
  return {
    url: `https://127.0.0.1:${String(own)}`,
    cut: async () => {
      const closed = new Promise<void>((resolve) => {
        listening.close(() => {
          resolve();
        });
      });
      for (const socket of sockets.keys()) socket.destroy();
      await closed;
    },
    mend: async () => {
      listening = createServer(relay);
      await listen(listening, own);
      listening.unref();
    },
    hold: () => {
      held = true;
      for (const [one, peer] of sockets) one.unpipe(peer);
    },
    release: () => {
      held = false;
      for (const [one, peer] of sockets) one.pipe(peer);
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("a listening server has a port");
      resolve(address.port);
    });
  });
}
