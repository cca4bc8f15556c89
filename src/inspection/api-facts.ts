/**
 * What is kept of the API's objects: only the fields that say something about the network, so that a cluster of 5,000 nodes fits in memory.
 * @packageDocumentation
 */

/** A node. */
export interface NodeView {
  readonly name: string;
  readonly podCidrs: readonly string[];
  /** What its Ready condition says where that is not true; empty where it is, or is not there. */
  readonly notReady: string;
  /** Only of network products. */
  readonly annotations: Readonly<Record<string, string>>;
  /** All of them: clouds tell their nodes by some, and policies select nodes by any. */
  readonly labels: Readonly<Record<string, string>>;
  /** Such as `gce://project/zone/name`; empty where there is none. */
  readonly providerId: string;
  readonly addresses: readonly string[];
  readonly kernel: string;
  readonly runtime: string;
  readonly kubelet: string;
  readonly architecture: string;
  readonly os: string;
}

/** A container of a DaemonSet's pods. */
export interface ContainerView {
  readonly name: string;
  readonly image: string;
  /** Command and arguments in a row. */
  readonly argv: readonly string[];
  /** Values that stand in the manifest; what comes from elsewhere is not here. */
  readonly env: Readonly<Record<string, string>>;
}

/** A DaemonSet. */
export interface DaemonSetView {
  readonly namespace: string;
  readonly name: string;
  /** Nodes that should run it; undefined where the status does not say. */
  readonly desired: number | undefined;
  /** The chart and the version that its labels name. */
  readonly labels: Readonly<Record<string, string>>;
  readonly containers: readonly ContainerView[];
}

/** A ConfigMap. */
export interface ConfigMapView {
  readonly namespace: string;
  readonly name: string;
  readonly data: Readonly<Record<string, string>>;
}

/** An object of a product's own type. */
export interface CustomView {
  readonly kind: string;
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status: Readonly<Record<string, unknown>>;
}

/** A network policy, of Kubernetes or of a product. */
export interface PolicyView {
  readonly product: "kubernetes" | "cilium" | "calico";
  readonly kind: string;
  /** Absent where it is for every namespace. */
  readonly namespace?: string;
  readonly name: string;
  /** What it selects pods by, as it is written: a LabelSelector, or a text of Calico's. It selects what any of them selects. */
  readonly selectors: readonly unknown[];
  /** What it selects nodes by: LabelSelectors of Cilium's host policies. Absent of others. */
  readonly nodeSelectors?: readonly unknown[];
}

/** Objects that were read. `refused` has the API server's words where they, or some of them, could not be read. */
export interface Read<View> {
  readonly objects: readonly View[];
  readonly refused?: string;
}

/** A count, or why there is none. */
export type Count = { readonly count: number } | { readonly refused: string };

/** Everything that the API told. */
export interface ApiFacts {
  readonly nodes: Read<NodeView>;
  readonly daemonSets: Read<DaemonSetView>;
  readonly configMaps: Read<ConfigMapView>;
  /** Of projectcalico.org, tigera.io and openshift.io. */
  readonly custom: Read<CustomView>;
  readonly networkPolicies: Read<PolicyView>;
  /** Policies of Cilium's and Calico's own types. */
  readonly productPolicies: Read<PolicyView>;
  readonly services: Count;
  readonly endpointSlices: Count;
  /** Version of the API server; absent where it did not say. */
  readonly version?: string;
}

/** The ConfigMap of one of these names, in any of the namespaces that were looked in. */
export const configMap = (api: ApiFacts, ...names: readonly string[]): ConfigMapView | undefined =>
  api.configMaps.objects.find(({ name }) => names.includes(name));

/** The objects of a kind. */
export const customOf = (api: ApiFacts, kind: string): readonly CustomView[] => api.custom.objects.filter((object) => object.kind === kind);

/** A DaemonSet that runs somewhere, by the beginning of its name: architectures are told apart by endings. */
export const runningDaemonSet = (api: ApiFacts, ...starts: readonly string[]): DaemonSetView | undefined =>
  api.daemonSets.objects.find(
    ({ name, desired }) => desired !== 0 && starts.some((start) => name === start || name.startsWith(`${start}-`)),
  );

/** How evidence names a ConfigMap. */
export const configMapName = ({ namespace, name }: ConfigMapView): string => `ConfigMap ${namespace}/${name}`;

/** How evidence names a DaemonSet. */
export const daemonSetName = ({ namespace, name }: DaemonSetView): string => `DaemonSet ${namespace}/${name}`;

/** A value of a container's environment in any of the DaemonSet's containers. */
export const environmentOf = (daemonSet: DaemonSetView, name: string): string | undefined =>
  daemonSet.containers.map(({ env }) => env[name]).find((value) => value !== undefined);
