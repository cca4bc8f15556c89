/**
 * The names by which podwire knows its own objects in a cluster again.
 * @packageDocumentation
 */

/** Label that every object of podwire carries; the key is the one that Kubernetes recommends for this. */
export const MANAGED_BY = { key: "app.kubernetes.io/managed-by", value: "podwire" } as const;
/** Label with the run that an object belongs to. */
export const RUN_LABEL = "podwire.dev/run";
/** Label with a pod's name within its run. */
export const POD_LABEL = "podwire.dev/pod";
/** Annotation with the moment, ISO 8601, after which no one can need the object any more. */
export const EXPIRES = "podwire.dev/expires";
/** Annotation with who started the run. */
export const OWNER = "podwire.dev/owner";
/** Annotation with the process that started the run, in a form that only its own machine can read. */
export const OWNER_PROCESS = "podwire.dev/process";
/** Annotation with what the object is for. */
export const PURPOSE = "podwire.dev/purpose";

/** Label of an EndpointSlice that no controller writes; well known (discovery.k8s.io/v1). */
export const SLICE_MANAGED_BY = { key: "endpointslice.kubernetes.io/managed-by", value: "podwire" } as const;
/** Label with the Service of an EndpointSlice; well known. */
export const SLICE_SERVICE = "kubernetes.io/service-name";

/** The namespace of a run that makes its own. */
export const namespaceOf = (run: string): string => `podwire-${run}`;

/** The selector that finds what any run made. */
export const SELECT_ALL = `${MANAGED_BY.key}=${MANAGED_BY.value},${RUN_LABEL}`;

/** The selector that finds the objects of one run. */
export const selectRun = (run: string): string => `${MANAGED_BY.key}=${MANAGED_BY.value},${RUN_LABEL}=${run}`;

/** Letters and digits that cannot be taken for each other. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";

/**
 * A fresh run id: six characters, a thousand million possibilities.
 * @param draw - whole number from 0 to below its argument
 */
export const freshRunId = (draw: (below: number) => number): string =>
  Array.from({ length: 6 }, () => ALPHABET[draw(ALPHABET.length)] ?? "a").join("");
