/**
 * Plain requests to the API server, as its administrator.
 */
import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { API_SERVER } from "../variants.mjs";

const POLL_MS = 100;

export class Api {
  #agent;

  /** @param {string} pki folder of the certificates */
  constructor(pki) {
    const at = (/** @type {string} */ name) => readFileSync(join(pki, name));
    this.#agent = new Agent({ keepAlive: true, ca: at("ca.crt"), cert: at("admin.crt"), key: at("admin.key") });
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<unknown>} the answer's JSON, or its text
   */
  send(method, path, body) {
    return new Promise((resolve, reject) => {
      const sent = request(
        `${API_SERVER}${path}`,
        { method, agent: this.#agent, headers: { "content-type": "application/json" } },
        (answer) => {
          let text = "";
          answer.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => {
            text += chunk;
          });
          answer.on("end", () => {
            const status = answer.statusCode ?? 0;
            if (status >= 300) reject(new Error(`${method} ${path}: ${String(status)} ${text}`));
            else resolve(text.startsWith("{") ? JSON.parse(text) : text);
          });
        },
      );
      sent.on("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /**
   * Creates an object.
   * @param {string} path of its collection
   * @param {unknown} object
   */
  async create(path, object) {
    await this.send("POST", path, object);
  }
}

/**
 * Asks until there is an answer that is not undefined. An error counts as "not yet"; the last one is told when patience ends.
 * @template T
 * @param {string} what
 * @param {() => Promise<T | undefined>} ask
 * @param {number} [seconds]
 * @returns {Promise<T>}
 */
export async function until(what, ask, seconds = 120) {
  const end = performance.now() + seconds * 1000;
  /** @type {unknown} */
  let last;
  do {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await pause(POLL_MS);
  } while (performance.now() < end);
  throw new Error(`gave up after ${String(seconds)} s, waiting for ${what}`, { cause: last });
}
