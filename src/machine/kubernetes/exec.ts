/**
 * Programs in pods: one WebSocket a program, lines in, lines out, and an end that is certain.
 * @packageDocumentation
 */
import type { ClientRequest, IncomingMessage } from "node:http";
import type { RequestOptions } from "node:https";
import { PassThrough, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { Exec, KubeConfig, type V1Status } from "@kubernetes/client-node";
import { LineSplitter } from "../line-splitter.js";
import { nameOfExec } from "./addresses.js";
import { statusOf, unanswered } from "./failures.js";
import type { Patience } from "./patience.js";
import { type ExecEnding, type ExecProcess, type ExecTarget, KubernetesError } from "./port.js";
import { credentials, type Requests } from "./requests.js";

/** Characters of standard error that are kept: enough for the message that explains an end. */
const KEPT_STDERR = 16_384;
/** How long the way to the pod may take to be built, in milliseconds: the API server asks the kubelet, and that the runtime. */
const HANDSHAKE_WITHIN = 30_000;

/** What is used of the `ws` package's WebSocket. */
interface Socket {
  on(event: "error", listener: () => void): void;
  on(event: "unexpected-response", listener: (request: ClientRequest, response: IncomingMessage) => void): void;
  once(event: "close", listener: (code: number, reason: Buffer) => void): void;
  terminate(): void;
}

/** What came over the stream. */
interface Heard {
  stderr: string;
  status: V1Status | undefined;
}

/** Starts a program in a pod. */
export function execute(requests: Requests, patience: Patience, target: ExecTarget, onLine: (line: string) => void): ExecProcess {
  const stdin = new PassThrough();
  const heard: Heard = { stderr: "", status: undefined };
  const splitter = new LineSplitter(onLine);
  const streams = {
    stdin,
    stdout: textSink((text) => {
      splitter.push(text);
    }),
    stderr: textSink((text) => {
      heard.stderr = (heard.stderr + text).slice(-KEPT_STDERR);
    }),
  };
  const stream: { killed: boolean; socket?: Socket } = { killed: false };
  const ended = (async (): Promise<ExecEnding> => {
    try {
      stream.socket = await patience.until(async () => connected(requests, target, streams, heard));
    } catch (error) {
      if (!(error instanceof KubernetesError)) throw error;
      return { ...NOT_EXITED, stderr: heard.stderr, startError: error.message, refusal: error };
    }
    // There is no moment between the handshake and here in which the close could go by unheard.
    const closed = closing(stream.socket);
    if (stream.killed) stream.socket.terminate();
    const { code, reason } = await closed;
    return endingOf(heard, target, stream.killed ? "podwire closed it" : `code ${String(code)}${reason === "" ? "" : `, ${reason}`}`);
  })();
  return {
    pid: undefined,
    send: (line) => {
      if (stdin.writable) stdin.write(`${line}\n`);
    },
    closeInput: () => {
      stdin.end();
    },
    kill: () => {
      stream.killed = true;
      stream.socket?.terminate();
    },
    ended,
  };
}

const NOT_EXITED = { exitCode: undefined, signal: undefined } as const;

function textSink(onText: (text: string) => void): Writable {
  const decoder = new StringDecoder("utf8");
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      onText(decoder.write(chunk));
      done();
    },
  });
}

interface Streams {
  readonly stdin: PassThrough;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** The upgraded connection, or the API server's own reason why there is none. */
async function connected(requests: Requests, target: ExecTarget, streams: Streams, heard: Heard): Promise<Socket> {
  const asked = { verb: "run", object: nameOfExec(target) };
  const way = new WayToThePod(requests.chosen.config);
  const { namespace, pod, container, argv } = target;
  const exec = new Exec(way);
  // A close frame ends these streams; the handler's default is this process's standard output.
  Object.assign(exec.handler, { streams });
  const { stdin, stdout, stderr } = streams;
  try {
    return (await exec.exec(namespace, pod, container, [...argv], stdout, stderr, stdin, false, (status) => {
      heard.status = status;
    })) as Socket;
  } catch (error) {
    if (error instanceof KubernetesError) throw error;
    const refusal = await way.refusal;
    if (refusal !== undefined) throw requests.refusal(asked, refusal.status, statusOf(refusal.body));
    const cause = (error as { error?: unknown }).error ?? error;
    throw unanswered(asked, requests.chosen.server, cause);
  }
}

/** The kubeconfig for one handshake: it keeps what the server says instead of an upgrade, which the WebSocket package throws away. */
class WayToThePod extends KubeConfig {
  refusal: Promise<{ readonly status: number; readonly body: string }> | undefined;

  constructor(readonly original: KubeConfig) {
    super();
    this.loadFromOptions(original);
  }

  override async applyToHTTPSOptions(options: RequestOptions): Promise<void> {
    await credentials(this.original, options, { verb: "reach", object: "a pod" });
    Object.assign(options, { handshakeTimeout: HANDSHAKE_WITHIN, finishRequest: this.#finish.bind(this) });
  }

  /** An option of the `ws` package: called with the request of the handshake before it is sent. */
  #finish(request: ClientRequest, socket: Socket): void {
    socket.on("unexpected-response", (_request: ClientRequest, response: IncomingMessage) => {
      this.refusal = bodyOf(response).then((body) => {
        socket.terminate();
        return { status: response.statusCode ?? 0, body };
      });
    });
    request.end();
  }
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  response.setEncoding("utf8");
  let text = "";
  try {
    for await (const chunk of response) text += chunk as string;
  } catch {
    // What came of it says enough: the status is known.
  }
  return text;
}

async function closing(socket: Socket): Promise<{ code: number; reason: string }> {
  return new Promise((resolve) => {
    // An error is followed by a close.
    socket.on("error", () => undefined);
    socket.once("close", (code, reason) => {
      resolve({ code, reason: reason.toString("utf8") });
    });
  });
}

/**
 * The server's Status is the end of the story: kubelet sends it as the last thing on a channel of its own (remotecommand's error stream), with
 * the exit code as a cause of reason `ExitCode`. Without it no one knows how the program fares.
 */
function endingOf({ status, stderr }: Heard, target: ExecTarget, close: string): ExecEnding {
  if (status === undefined) return { ...NOT_EXITED, stderr, cut: `the stream of ${nameOfExec(target)} was cut (${close})` };
  if (status.status === "Success") return { exitCode: 0, signal: undefined, stderr };
  const code = status.details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  if (status.reason === "NonZeroExitCode" && code !== undefined) return { exitCode: Number(code), signal: undefined, stderr };
  const words = status.message ?? "it could not be started, and the kubelet says no more";
  return { ...NOT_EXITED, stderr, startError: `cannot run ${nameOfExec(target)}: ${words}` };
}
