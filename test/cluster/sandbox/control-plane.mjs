/**
 * etcd, API server, controllers and scheduler, beside the fabric: no node of the cluster carries them.
 */
import { join } from "node:path";
import { API_PORT, FABRIC, podCidrs, serviceCidrs } from "../variants.mjs";

const ETCD = "http://127.0.0.1:2379";
const ETCD_PEER = "http://127.0.0.1:2380";

/** @typedef {import("./processes.mjs").Program} Program */

/** @param {string} kube the program of all components @returns {Program} */
export function etcd(kube) {
  return {
    name: "etcd",
    argv: [
      ...[kube, "etcd", "--data-dir=/run/etcd", "--unsafe-no-fsync", `--listen-client-urls=${ETCD}`, `--advertise-client-urls=${ETCD}`],
      ...[`--listen-peer-urls=${ETCD_PEER}`, `--initial-advertise-peer-urls=${ETCD_PEER}`, `--initial-cluster=default=${ETCD_PEER}`],
    ],
  };
}

/**
 * @param {string} kube
 * @param {string} pki
 * @param {import("../variants.mjs").Variant} variant
 * @returns {Program}
 */
export function apiServer(kube, pki, variant) {
  const at = (/** @type {string} */ name) => join(pki, name);
  return {
    name: "kube-apiserver",
    argv: [
      ...[kube, "kube-apiserver", `--etcd-servers=${ETCD}`, `--service-cluster-ip-range=${serviceCidrs(variant).join(",")}`],
      ...[`--bind-address=${FABRIC.address}`, `--advertise-address=${FABRIC.address}`, `--secure-port=${String(API_PORT)}`],
      ...[`--tls-cert-file=${at("apiserver.crt")}`, `--tls-private-key-file=${at("apiserver.key")}`, `--client-ca-file=${at("ca.crt")}`],
      ...["--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction", "--allow-privileged=true"],
      // Node names are in no DNS: an exec would look for them until its patience ends.
      "--kubelet-preferred-address-types=InternalIP",
      ...[`--kubelet-client-certificate=${at("admin.crt")}`, `--kubelet-client-key=${at("admin.key")}`],
      `--kubelet-certificate-authority=${at("ca.crt")}`,
      ...[`--service-account-key-file=${at("sa.pub")}`, `--service-account-signing-key-file=${at("sa.key")}`],
      "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
      // As kubeadm has it: a node that joins asks for its certificate with a token.
      "--enable-bootstrap-token-auth=true",
      // Nothing aggregates here, but controllers log errors forever without these.
      ...[`--requestheader-client-ca-file=${at("ca.crt")}`, "--requestheader-allowed-names=front-proxy-client"],
      ...["--requestheader-username-headers=X-Remote-User", "--requestheader-group-headers=X-Remote-Group"],
      "--requestheader-extra-headers-prefix=X-Remote-Extra-",
    ],
  };
}

/**
 * @param {string} kube
 * @param {string} pki
 * @param {import("../variants.mjs").Variant} variant
 * @returns {Program[]} those that need the API server to be there
 */
export function controllers(kube, pki, variant) {
  const identity = (/** @type {string} */ name) => {
    const file = join(pki, `${name}.kubeconfig`);
    return [`--kubeconfig=${file}`, `--authentication-kubeconfig=${file}`, `--authorization-kubeconfig=${file}`, "--leader-elect=false"];
  };
  return [
    {
      name: "kube-controller-manager",
      argv: [
        ...[kube, "kube-controller-manager", ...identity("controller-manager"), "--use-service-account-credentials"],
        ...[`--service-account-private-key-file=${join(pki, "sa.key")}`, `--root-ca-file=${join(pki, "ca.crt")}`],
        ...[`--cluster-signing-cert-file=${join(pki, "ca.crt")}`, `--cluster-signing-key-file=${join(pki, "ca.key")}`],
        ...["--allocate-node-cidrs", `--cluster-cidr=${podCidrs(variant).join(",")}`],
        `--service-cluster-ip-range=${serviceCidrs(variant).join(",")}`,
      ],
    },
    { name: "kube-scheduler", argv: [kube, "kube-scheduler", ...identity("scheduler")] },
  ];
}
