import fc from "fast-check";
import { expect, test } from "vitest";
import { refused, statusOf, unanswered, withoutCredentials } from "./failures.js";
import type { KubernetesProblem } from "./port.js";

const ASKED = { verb: "create", object: "pod bench/pod-a" };

/** Sentences of Kubernetes 1.34 as the API server of the test cluster, and admission plugins of its source, word them. */
const ANSWERS: readonly (readonly [status: number, words: string, problem: KubernetesProblem])[] = [
  [401, "Unauthorized", "unauthorized"],
  [403, 'pods is forbidden: User "u" cannot create resource "pods" in API group "" in the namespace "bench"', "forbidden"],
  [403, 'forbidden: User "u" cannot get path "/metrics"', "forbidden"],
  [403, 'pods "pod-a" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2', "quota"],
  [403, 'pods "pod-a" is forbidden: failed quota: small: must specify limits.cpu for: agent', "quota"],
  [403, 'pods "pod-a" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)', "pod security"],
  [400, 'admission webhook "policy.example.com" denied the request: no', "admission"],
  [500, 'Internal error occurred: failed calling webhook "policy.example.com": connection refused', "admission"],
  [422, "pods \"pod-a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no", "admission"],
  [403, 'pods "pod-a" is forbidden: maximum cpu usage per Container is 100m, but limit is 1', "admission"],
  [403, 'pods "pod-a" is forbidden: unable to create new content in namespace bench because it is being terminated', "terminating"],
  [403, 'pods "pod-a" is forbidden: error looking up service account bench/default: serviceaccount "default" not found', "busy"],
  [404, 'pods "pod-a" not found', "not found"],
  [409, 'pods "pod-a" already exists', "conflict"],
  [410, "The provided continue parameter is too old", "expired"],
  [422, 'Pod "pod-a" is invalid: spec.containers: Required value', "invalid"],
  [429, "too many requests", "busy"],
  [500, "etcdserver: request timed out", "busy"],
  [500, "something broke", "server"],
  [503, "apiserver not ready", "busy"],
];

test.each(ANSWERS)("%i: %s", (status, message, problem) => {
  const error = refused(ASKED, status, { message });
  expect(error.problem).toBe(problem);
  expect(error.message).toBe(`cannot create pod bench/pod-a: ${message}; ${error.failure.next}`);
});

test("any answer becomes one line that names the object and ends with a next step", () => {
  fc.assert(
    fc.property(fc.integer({ min: 300, max: 599 }), fc.string({ unit: "binary" }), (status, body) => {
      const { message, failure } = refused(ASKED, status, statusOf(body));
      expect(message).toMatch(/^cannot create pod bench\/pod-a: .+; .+$/);
      expect(message).not.toMatch(/\p{Cc}/u);
      expect(failure.status).toBe(status);
    }),
    {
      examples: [
        [500, "\0"],
        [500, "."],
        [500, ""],
        [500, "{}"],
        [500, "null"],
      ],
    },
  );
});

test("what the caller's own credentials say is added to the server's single word", () => {
  const { message } = refused(ASKED, 401, { message: "Unauthorized" }, { expiry: "the token expired on 2026-01-01T00:00:00.000Z" });
  expect(message).toContain("Unauthorized (the token expired on 2026-01-01T00:00:00.000Z); log in again");
});

test("a list goes on where the server says", () => {
  expect(refused(ASKED, 410, { message: "too old", metadata: { continue: "abc" } }).failure.position).toBe("abc");
});

test.each([
  ["ECONNREFUSED", "unreachable", "connection refused"],
  ["ENOTFOUND", "unreachable", "its name is not known to DNS"],
  ["ETIMEDOUT", "unreachable", "no answer in time"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "untrusted", "self-signed"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "untrusted", "self-signed"],
  ["CERT_HAS_EXPIRED", "untrusted", "the server's certificate has expired"],
  ["CERT_NOT_YET_VALID", "untrusted", "not valid yet"],
  ["ERR_OSSL_PEM_NO_START_LINE", "no credentials", "self-signed"],
] as const)("%s", (code, problem, words) => {
  const error = unanswered(ASKED, "https://server:6443", Object.assign(new Error("self-signed certificate"), { code }));
  expect(error.problem).toBe(problem);
  expect(error.message).toContain("https://server:6443: ");
  expect(error.message).toContain(words);
});

test("credentials that cannot be had", () => {
  const { message } = withoutCredentials(ASKED, "the credential plugin aws failed: spawn aws ENOENT", "run `aws` by hand");
  expect(message).toBe("cannot create pod bench/pod-a: the credential plugin aws failed: spawn aws ENOENT; run `aws` by hand");
});
