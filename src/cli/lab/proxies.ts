/**
 * What `--proxy` calls the ways of carrying Services.
 * @packageDocumentation
 */

/** Each with its layer; `none` is the mode itself. */
export const PROXIES: Readonly<Record<string, string | undefined>> = {
  iptables: "kube-proxy-iptables",
  "iptables-nft": "kube-proxy-iptables-nft",
  nftables: "kube-proxy-nftables",
  "socket-lb": "socket-lb",
  none: undefined,
};

/** What `--proxy` may name. */
export const PROXY_NAMES = Object.keys(PROXIES);
