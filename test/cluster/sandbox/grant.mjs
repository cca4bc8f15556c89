/**
 * Rights for a component of the cluster, as its manifest gives them.
 */

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const GROUP = "rbac.authorization.k8s.io";

/**
 * A ClusterRole of the user's name, bound to it.
 * @param {import("./api.mjs").Api} api
 * @param {string} user
 * @param {readonly object[]} rules
 */
export async function grant(api, user, rules) {
  await api.create(`${RBAC}/clusterroles`, { metadata: { name: user }, rules });
  await api.create(`${RBAC}/clusterrolebindings`, {
    metadata: { name: user },
    roleRef: { apiGroup: GROUP, kind: "ClusterRole", name: user },
    subjects: [{ apiGroup: GROUP, kind: "User", name: user }],
  });
}
