/**
 * Failed requests in words: what kind of trouble it is follows from the server's status and its own sentence, and the next step from that.
 * @packageDocumentation
 */
import type { Milliseconds } from "../../units/quantity.js";
import { KubernetesError, type KubernetesFailure, type KubernetesProblem } from "./port.js";

/** What was asked of the API, for the sentence when it fails. */
export interface Asked {
  readonly verb: string;
  readonly object: string;
}

/** The API server's answer to a failed request (meta/v1 Status), as far as it is one. */
export interface Status {
  readonly message?: string;
  readonly reason?: string;
  readonly details?: {
    readonly causes?: readonly { readonly reason?: string; readonly message?: string }[];
    readonly retryAfterSeconds?: number;
  };
  readonly metadata?: { readonly continue?: string };
}

/** A body that may be a Status; whatever else it is becomes its message. */
export function statusOf(body: string): Status {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null) return parsed;
  } catch {
    // A proxy on the way, or a server that is starting, answers in plain text.
  }
  return { message: body.slice(0, 500) };
}

/** What is known besides the answer itself. */
export interface Circumstances {
  /** What the caller's own credentials say of themselves. */
  readonly expiry?: string | undefined;
  readonly retryAfter?: Milliseconds | undefined;
}

/** The error for an answer that is no success. */
export function refused(asked: Asked, status: number, answer: Status, { expiry, retryAfter }: Circumstances = {}): KubernetesError {
  const { message, reason } = answer;
  const words = /[^\s\p{Cc}.]/u.test(message ?? "") ? String(message) : `the API server answered ${String(status)} and no word`;
  const problem = problemOf(status, words, answer);
  const position = status === 410 ? answer.metadata?.continue : undefined;
  const failure: KubernetesFailure = {
    problem,
    ...asked,
    status,
    ...(reason === undefined ? {} : { reason }),
    words: problem === "unauthorized" && expiry !== undefined ? `${words} (${expiry})` : words,
    next: NEXT[problem],
    ...(position === undefined ? {} : { position }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
  return new KubernetesError(failure);
}

/**
 * A 403 stands for six different things. The wordings are those of the API server's own packages: RBAC's in apiserver/pkg/endpoints/handlers/responsewriters,
 * the quota's in apiserver's resourcequota plugin, PodSecurity's in pod-security-admission, the webhooks' in apiserver's admission/plugin/webhook.
 */
function problemOf(status: number, words: string, { details }: Status): KubernetesProblem {
  const quoted = WORDINGS.find(([pattern]) => pattern.test(words));
  if (quoted !== undefined && status !== 404) return quoted[1];
  if (status === 403 && details?.causes?.some(({ reason }) => reason === "NamespaceTerminating") === true) return "terminating";
  if (status === 403) return / cannot \S+ (?:resource|path) /.test(words) ? "forbidden" : "admission";
  if (status > 500 || (status === 500 && /etcd|transport is closing/.test(words))) return "busy";
  if (status === 500) return "server";
  return BY_STATUS.get(status) ?? "invalid";
}

const WORDINGS: readonly (readonly [RegExp, KubernetesProblem])[] = [
  [/exceeded quota|failed quota/, "quota"],
  [/violates PodSecurity/, "pod security"],
  [/admission webhook "[^"]*" denied|failed calling webhook|ValidatingAdmissionPolicy '[^']*'/, "admission"],
  [/because it is being terminated/, "terminating"],
  // A new namespace's default account is made by a controller, a moment later.
  [/error looking up service account/, "busy"],
];

const BY_STATUS: ReadonlyMap<number, KubernetesProblem> = new Map([
  [401, "unauthorized"],
  [404, "not found"],
  [409, "conflict"],
  [410, "expired"],
  [429, "busy"],
]);

/** The next step for each kind of trouble. */
const NEXT: Readonly<Record<KubernetesProblem, string>> = {
  "no kubeconfig": "name a kubeconfig with --kubeconfig or KUBECONFIG",
  "no context": "choose one with --context",
  "no credentials": "log in again, or correct the user in the kubeconfig",
  unreachable: "check that the cluster is up and that this machine reaches it (VPN, proxy, firewall), then try again",
  untrusted: "check certificate-authority in the kubeconfig: the server's certificate is not signed by it, or is for another name",
  expired: "ask again",
  unauthorized: "log in again: the credentials of this context are not, or no longer, valid",
  forbidden: "`podwire cluster rbac` prints a role that suffices",
  quota: "ask for a larger quota, or name another namespace with --namespace",
  "pod security": "label the namespace pod-security.kubernetes.io/enforce=privileged, or measure without host-network pods (--no-host)",
  admission: "ask whoever runs the cluster for an exception, or name a namespace that is exempt with --namespace",
  terminating: "wait until it is gone, or name another namespace",
  "not found": "check the name, and that it was not removed meanwhile",
  conflict: "it exists already, or changed meanwhile: try again",
  invalid: "this is podwire's or the cluster's mistake: please report it with these words",
  busy: "try again later: the cluster is overloaded, starting, or not done with what this needs",
  server: "look into the API server's log; try again when it is well",
  cut: "check the connection to the API server, then try again",
};

/** The error for a request that no server answered. */
export function unanswered(asked: Asked, server: string, error: unknown): KubernetesError {
  const cause = error instanceof Error ? error : new Error(String(error));
  const code = (cause as NodeJS.ErrnoException).code ?? "";
  const problem = problemOfTransport(code, cause.message);
  const words = `${server}: ${OWN_WORDS.get(code) ?? (cause.message === "" ? code : cause.message)}`;
  return new KubernetesError({ problem, ...asked, words, next: TRANSPORT_NEXT.get(code) ?? NEXT[problem] }, cause);
}

function problemOfTransport(code: string, message: string): KubernetesProblem {
  if (UNTRUSTED.has(code)) return "untrusted";
  if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID") return "untrusted";
  if (/^ERR_OSSL|PEM|key values mismatch|HTTP protocol is not allowed/.test(`${code} ${message}`)) return "no credentials";
  return "unreachable";
}

/** Node's codes of OpenSSL's verification results. */
const UNTRUSTED: ReadonlySet<string> = new Set([
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_SIGNATURE_FAILURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

/** Where Node's message says less than could be said. */
const OWN_WORDS: ReadonlyMap<string, string> = new Map([
  ["ETIMEDOUT", "no answer in time"],
  ["ECONNREFUSED", "connection refused"],
  ["ECONNRESET", "the connection was cut"],
  ["ENOTFOUND", "its name is not known to DNS"],
  ["EAI_AGAIN", "DNS does not answer"],
  ["CERT_HAS_EXPIRED", "the server's certificate has expired"],
  ["CERT_NOT_YET_VALID", "the server's certificate is not valid yet"],
]);

const TRANSPORT_NEXT: ReadonlyMap<string, string> = new Map([
  ["CERT_HAS_EXPIRED", "renew it, or set this machine's clock if that is wrong"],
  ["CERT_NOT_YET_VALID", "set this machine's clock, or wait"],
]);

/** The error for credentials that could not be had at all: a file that cannot be read, a plugin that fails. */
export function withoutCredentials(asked: Asked, words: string, next: string = NEXT["no credentials"]): KubernetesError {
  return new KubernetesError({ problem: "no credentials", ...asked, words, next });
}
