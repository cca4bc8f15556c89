/**
 * kube-proxy, which no mode wires.
 * @packageDocumentation
 */

/**
 * What a Kubernetes node has besides its pod network; compared with kube-proxy and kubelet 1.34 in `test/cluster/wiring.test.ts`.
 * A deviation of every mode of Kubernetes whose packets pass the node's IP stack.
 */
export const WITHOUT_KUBE_PROXY =
  "kube-proxy and kubelet are absent, with their rules (chains KUBE-*) and route_localnet=1: from pod to pod by address those cost each packet a look at KUBE-FORWARD " +
  "and each new connection a walk through the Services, which connections between hosts pay as well.";
