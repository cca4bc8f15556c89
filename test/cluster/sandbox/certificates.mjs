/**
 * A certificate authority of the cluster's own, an identity for each component, and kubeconfigs for them.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../child.mjs";
import { API_SERVER, API_SERVICE, FABRIC, nodePlaces } from "../variants.mjs";

const DAYS = "7";
const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** @typedef {{ readonly name: string, readonly subject: string, readonly addresses?: string }} Identity */

/** @param {import("../variants.mjs").Variant} variant @returns {Identity[]} */
function identities(variant) {
  const names = ["kubernetes", "kubernetes.default", "kubernetes.default.svc", "localhost"].map((name) => `DNS:${name}`);
  const addresses = [FABRIC.address, API_SERVICE, "127.0.0.1"].map((address) => `IP:${address}`);
  return [
    { name: "apiserver", subject: "/CN=kube-apiserver", addresses: [...names, ...addresses].join(",") },
    { name: "admin", subject: "/O=system:masters/CN=kubernetes-admin" },
    { name: "controller-manager", subject: "/CN=system:kube-controller-manager" },
    { name: "scheduler", subject: "/CN=system:kube-scheduler" },
    { name: "kube-proxy", subject: "/CN=system:kube-proxy" },
    { name: "flannel", subject: "/CN=flannel" },
    { name: "coredns", subject: "/CN=system:coredns" },
    { name: "kube-router", subject: "/CN=kube-router" },
    ...nodePlaces(variant).map(({ name, address }) => ({
      name,
      subject: `/O=system:nodes/CN=system:node:${name}`,
      addresses: `DNS:${name},IP:${address}`,
    })),
  ];
}

/**
 * Fills the folder with NAME.key, NAME.crt and NAME.kubeconfig for each identity, ca.crt, and the key of service-account tokens.
 * @param {import("../variants.mjs").Variant} variant
 * @param {string} folder
 */
export async function makeCertificates(variant, folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const at = (/** @type {string} */ name) => join(folder, name);
  await run([
    ...["openssl", "req", "-x509", ...KEY, "-keyout", at("ca.key"), "-out", at("ca.crt")],
    "-subj",
    "/CN=podwire-test",
    "-days",
    DAYS,
  ]);
  await run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", at("sa.key")]);
  await run(["openssl", "ec", "-in", at("sa.key"), "-pubout", "-out", at("sa.pub")]);
  await Promise.all(identities(variant).map((one, index) => makeIdentity(one, index + 2, folder)));
}

/**
 * @param {Identity} identity
 * @param {number} serial
 * @param {string} folder
 */
async function makeIdentity({ name, subject, addresses = "DNS:localhost" }, serial, folder) {
  const at = (/** @type {string} */ ending) => join(folder, `${name}.${ending}`);
  writeFileSync(at("ext"), `subjectAltName=${addresses}\nextendedKeyUsage=serverAuth,clientAuth\n`);
  await run(["openssl", "req", ...KEY, "-keyout", at("key"), "-out", at("csr"), "-subj", subject]);
  const authority = ["-CA", join(folder, "ca.crt"), "-CAkey", join(folder, "ca.key"), "-set_serial", String(serial)];
  await run(["openssl", "x509", "-req", "-in", at("csr"), ...authority, "-days", DAYS, "-out", at("crt"), "-extfile", at("ext")]);
  writeFileSync(at("kubeconfig"), kubeconfig(folder, name, API_SERVER), { mode: 0o600 });
}

/**
 * A kubeconfig that holds all it needs, JSON being YAML.
 * @param {string} folder
 * @param {string} identity
 * @param {string} server
 */
export function kubeconfig(folder, identity, server) {
  const encoded = (/** @type {string} */ file) => readFileSync(join(folder, file)).toString("base64");
  return JSON.stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "podwire-test",
      contexts: [{ name: "podwire-test", context: { cluster: "podwire-test", user: identity } }],
      clusters: [{ name: "podwire-test", cluster: { server, "certificate-authority-data": encoded("ca.crt") } }],
      users: [
        {
          name: identity,
          user: { "client-certificate-data": encoded(`${identity}.crt`), "client-key-data": encoded(`${identity}.key`) },
        },
      ],
    },
    undefined,
    2,
  );
}
