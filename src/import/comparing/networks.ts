/**
 * IPv4 networks: which of them an address lies in.
 * @packageDocumentation
 */

/** An IPv4 network. */
export interface Network {
  readonly base: number;
  readonly length: number;
}

/** The number of an IPv4 address, or undefined for anything else. */
function addressNumber(text: string): number | undefined {
  const parts = text.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** Reads `10.244.0.0/16` or a single address; undefined for anything else. */
export function readNetwork(text: string): Network | undefined {
  const [address = "", suffix] = text.split("/");
  const base = addressNumber(address);
  const length = suffix === undefined ? 32 : Number(suffix);
  return base === undefined || !Number.isInteger(length) || length < 0 || length > 32 ? undefined : { base, length };
}

/** Whether an address lies in a network. */
export function contains(network: Network, address: string): boolean {
  const number = addressNumber(address);
  const size = 2 ** (32 - network.length);
  return number !== undefined && Math.floor(number / size) === Math.floor(network.base / size);
}
