/**
 * What the owner tells the sandbox, and what the sandbox tells the owner.
 *
 * @typedef {object} Settings
 * @property {string} id
 * @property {string} state the cluster's folder
 * @property {string} pki folder of the certificates
 * @property {string} components folder of `kube`, `flannel` and `dns`
 * @property {import("../products/product.mjs").Product} product what the pod network is made of, where it is a product
 * @property {string} seed containerd root to start from; made if it is not there
 * @property {readonly string[]} images archives in it
 * @property {import("../variants.mjs").Variant} variant
 */

/**
 * One line of JSON on the sandbox's standard output.
 * @typedef {{ step: string } | { ready: true } | { error: string }} Word
 */
export {};
