/**
 * What a cluster has for nodes that join it by a token.
 * @packageDocumentation
 */

/** Token of a worker of today, in the group that kubeadm gives it. */
export const WORKER_TOKEN = "abcdef.0123456789abcdef";
/** Token of the ticket's kubelet, which knows no certificates of its own. */
export const OLD_TOKEN = "oldold.0123456789abcdef";

const WORKERS = "system:bootstrappers:kubeadm:default-node-token";
const OLD_WORKERS = "system:bootstrappers:kubernetes-1-2";

const token = (value: string, group: string): object => {
  const [id = "", secret = ""] = value.split(".");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: `bootstrap-token-${id}`, namespace: "kube-system" },
    type: "bootstrap.kubernetes.io/token",
    stringData: { "token-id": id, "token-secret": secret, "usage-bootstrap-authentication": "true", "auth-extra-groups": group },
  };
};

const bound = (name: string, role: string, group: string): object => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: { name },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
  subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: group }],
});

/** As `kubeadm init` makes them (phase bootstrap-token); and all rights for the ticket's kubelet, whose API server had no rules. */
export const JOINING = {
  apiVersion: "v1",
  kind: "List",
  items: [
    token(WORKER_TOKEN, WORKERS),
    bound("kubeadm:kubelet-bootstrap", "system:node-bootstrapper", WORKERS),
    bound("kubeadm:node-autoapprove-bootstrap", "system:certificates.k8s.io:certificatesigningrequests:nodeclient", WORKERS),
    bound(
      "kubeadm:node-autoapprove-certificate-rotation",
      "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
      "system:nodes",
    ),
    token(OLD_TOKEN, OLD_WORKERS),
    bound("kubernetes-1-2", "cluster-admin", OLD_WORKERS),
  ],
};
