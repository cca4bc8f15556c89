/**
 * The sysctls in which a product's wiring may differ from a mode's.
 * @packageDocumentation
 */
import { host } from "../../src/modes/host.js";

/** Those that the lab sets in every namespace and on every device, whatever the mode. */
const labsOwn = host
  .wire({ nodes: 2, mtu: 1500 })
  .steps.flatMap((step) => (step.kind === "sysctl" ? [step.name.replace(/conf\.eth0\./, "conf.[^.]+.")] : []))
  .filter((name) => name !== "net.ipv4.ip_forward");

/** Every sysctl of IPv4 and of bridges but the lab's own. */
export const PRODUCT_SYSCTLS = new RegExp(`^(?!(?:${labsOwn.join("|")})$)net\\.(?:ipv4|bridge)\\.`);
