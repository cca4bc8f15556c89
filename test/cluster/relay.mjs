/**
 * Passes connections on, half-open ones too: an exec stream closes its sides one after the other.
 */
import { connect, createServer } from "node:net";

/**
 * @param {import("node:net").NetConnectOpts} target
 * @returns {import("node:net").Server}
 */
export function relayTo(target) {
  return createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ ...target, allowHalfOpen: true });
    near.pipe(far).pipe(near);
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
}

/**
 * @param {import("node:net").Server} server
 * @param {import("node:net").ListenOptions} place
 * @returns {Promise<import("node:net").AddressInfo | string | null>}
 */
export function listen(server, place) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(place, () => {
      resolve(server.address());
    });
  });
}
