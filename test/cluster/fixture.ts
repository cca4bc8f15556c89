/**
 * The cluster fixture, for tests; benches take the same from start.mjs.
 */
export { attachCluster, type Cluster, type OwnCluster, startCluster } from "./start.mjs";
