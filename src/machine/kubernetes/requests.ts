/**
 * Requests to the API server, one connection each: authentication is the client package's, every failure is one kind of error.
 * @packageDocumentation
 */
import http, { type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import https, { type RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { type Milliseconds, milliseconds } from "../../units/quantity.js";
import type { Clock } from "../ports.js";
import { expiryOf } from "./credentials.js";
import { type Asked, refused, type Status, statusOf, unanswered, withoutCredentials } from "./failures.js";
import type { ChosenContext } from "./kubeconfig.js";
import type { KubernetesError } from "./port.js";

/** One request. */
export interface KubernetesRequest extends Asked {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** How long an answer may take, to its last byte. A page of 500 nodes is some megabytes. */
const ANSWER_WITHIN = milliseconds(30_000);
/** How long the beginning of an answer may take. */
const BEGIN_WITHIN = milliseconds(15_000);
/** How long a credential plugin may take: it may ask a cloud. */
const CREDENTIALS_WITHIN = milliseconds(30_000);

/** Connections that short requests share: a hundred handshakes at once would take longer than the answers. */
const AT_ONCE = 8;

/** Speaks to one API server as one user. */
export class Requests {
  readonly #pool = new https.Agent({ keepAlive: true, maxSockets: AT_ONCE });

  constructor(
    readonly chosen: ChosenContext,
    readonly clock: Clock,
  ) {}

  /** @throws KubernetesError */
  async json(request: KubernetesRequest): Promise<unknown> {
    const response = await this.open(request, ANSWER_WITHIN, this.#pool);
    const text = await this.#read(request, response);
    try {
      return JSON.parse(text);
    } catch (error) {
      throw unanswered(
        nameOnly(request),
        this.chosen.server,
        new Error("the answer is not JSON: is this a Kubernetes API server?", { cause: error }),
      );
    }
  }

  /**
   * The beginning of a successful answer.
   * @param whole the time after which it is cut, whatever came
   * @param pool of connections, for an answer that is read to its end at once
   * @throws KubernetesError
   */
  async open(request: KubernetesRequest, whole: Milliseconds, pool?: https.Agent): Promise<IncomingMessage> {
    const options = await this.#options(request);
    // Another class of agent is a proxy's. Certificates are options of each request, and a pool keeps connections of different ones apart.
    if (pool !== undefined && options.agent instanceof https.Agent && options.agent.constructor === https.Agent) options.agent = pool;
    const signal = AbortSignal.any([AbortSignal.timeout(whole), ...(request.signal === undefined ? [] : [request.signal])]);
    const response = await this.#send(request, { ...options, method: request.method, signal }).catch((error: unknown) => {
      throw unanswered(nameOnly(request), this.chosen.server, timedOut(error));
    });
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    const answer = statusOf(await this.#read(request, response));
    throw this.refusal(request, status, answer, retryAfter(response));
  }

  /** The error for a refusal, with what can be said of the caller's own credentials. */
  refusal(asked: Asked, status: number, answer: Status, wait?: Milliseconds): KubernetesError {
    const expiry = status === 401 ? expiryOf(this.chosen.config.getCurrentUser(), this.clock.now()) : undefined;
    return refused(nameOnly(asked), status, answer, { expiry, retryAfter: wait });
  }

  async #options(asked: Asked): Promise<RequestOptions> {
    const options: RequestOptions = {};
    await credentials(this.chosen.config, options, asked);
    return options;
  }

  async #send({ path, body }: KubernetesRequest, options: RequestOptions): Promise<IncomingMessage> {
    const { request } = this.chosen.server.startsWith("http:") ? http : https;
    const text = body === undefined ? undefined : JSON.stringify(body);
    // The client package fills in an object of single headers.
    const given = options.headers as OutgoingHttpHeaders | undefined;
    const headers = {
      ...given,
      accept: "application/json",
      // Node sends the length of a DELETE's body only when asked to, and without it the server reads none.
      ...(text === undefined ? {} : { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)) }),
    };
    return new Promise((resolve, reject) => {
      const sent = request(`${this.chosen.server}${path}`, { ...options, headers });
      const slow = setTimeout(() => sent.destroy(noAnswer()), BEGIN_WITHIN);
      sent.once("response", (response) => {
        clearTimeout(slow);
        resolve(response);
      });
      sent.on("error", (error) => {
        clearTimeout(slow);
        reject(error);
      });
      sent.end(text);
    });
  }

  async #read(asked: Asked, response: IncomingMessage): Promise<string> {
    response.setEncoding("utf8");
    let text = "";
    try {
      for await (const chunk of response) text += chunk as string;
    } catch (error) {
      throw unanswered(nameOnly(asked), this.chosen.server, timedOut(error));
    }
    return text;
  }
}

const noAnswer = (): Error => Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" });

/** An aborted request is one that took too long; whoever aborts by a signal of its own does not look at the error. */
const timedOut = (error: unknown): unknown =>
  error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError") ? noAnswer() : error;

/** A request carries more than an error should show. */
const nameOnly = ({ verb, object }: Asked): Asked => ({ verb, object });

function retryAfter({ headers }: IncomingMessage): Milliseconds | undefined {
  const seconds = Number(headers["retry-after"]);
  return Number.isFinite(seconds) && seconds > 0 ? milliseconds(seconds * 1000) : undefined;
}

/**
 * Fills in how to connect and as whom, starting the kubeconfig's credential plugin where it has one.
 * @throws KubernetesError when the credentials cannot be had
 */
export async function credentials(config: KubeConfig, options: RequestOptions, asked: Asked): Promise<void> {
  const user = config.getCurrentUser();
  const plugin = (user?.exec as { command?: unknown } | null | undefined)?.command;
  const patience = new Promise<never>((_, reject) => {
    setTimeout(() => {
      reject(new Error(`no answer within ${String(CREDENTIALS_WITHIN / 1000)} s`));
    }, CREDENTIALS_WITHIN).unref();
  });
  try {
    await Promise.race([config.applyToHTTPSOptions(options), patience]);
    // A token's file may end with a line break, which no header may hold.
    const { headers } = options as { headers?: OutgoingHttpHeaders };
    const authorization = headers?.["Authorization"];
    if (typeof authorization === "string") options.headers = { ...headers, Authorization: authorization.trim() };
  } catch (error) {
    const words = error instanceof Error && error.message.trim() !== "" ? error.message : "it failed without a message";
    if (typeof plugin !== "string") throw withoutCredentials(nameOnly(asked), words);
    throw withoutCredentials(
      nameOnly(asked),
      `the credential plugin ${plugin} failed: ${words}`,
      `run \`${plugin}\` by hand, or log in again`,
    );
  }
}
