import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chooseContext } from "./kubeconfig.js";
import { KubernetesError, type KubernetesOptions } from "./port.js";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "podwire-kubeconfig-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const config = (name: string, current: string | undefined): string => `
apiVersion: v1
kind: Config
${current === undefined ? "" : `current-context: ${current}`}
clusters: [{name: ${name}, cluster: {server: "https://${name}:6443/"}}]
users: [{name: ${name}, user: {token: t}}]
contexts:
- {name: ${name}, context: {cluster: ${name}, user: ${name}, namespace: bench}}
- {name: ${name}-no-cluster, context: {cluster: gone, user: ${name}}}
- {name: ${name}-no-user, context: {cluster: ${name}, user: gone}}
`;

const choose = (options: KubernetesOptions, environment: Readonly<Record<string, string>> = {}): string => {
  const { context, server, namespace } = chooseContext(options, environment);
  return `${context} ${server} ${namespace}`;
};

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof KubernetesError) return error.message;
    throw error;
  }
  throw new Error("it was not refused");
}

test("the flag goes before KUBECONFIG, and that before the home folder", () => {
  const flag = file("flag", config("flag", "flag"));
  const environment = { KUBECONFIG: file("listed", config("listed", "listed")), HOME: folder };
  expect(choose({ kubeconfig: flag }, environment)).toBe("flag https://flag:6443 bench");
  expect(choose({}, environment)).toBe("listed https://listed:6443 bench");
});

test("files of KUBECONFIG are merged, the first one to name a thing wins, and missing ones are passed over", () => {
  const first = file("first", config("one", undefined));
  const second = file(
    "second",
    config("two", "two").replace("clusters: [", 'clusters: [{name: one, cluster: {server: "https://other"}}, '),
  );
  const environment = { KUBECONFIG: `${join(folder, "missing")}:${first}:${second}` };
  expect(choose({}, environment)).toBe("two https://two:6443 bench");
  expect(choose({ context: "one" }, environment)).toBe("one https://one:6443 bench");
});

test("no kubeconfig at all", () => {
  expect(refusal(() => choose({}, { HOME: folder }))).toBe(
    `cannot find a kubeconfig: KUBECONFIG is not set, and ${folder}/.kube/config does not exist; name one with --kubeconfig or KUBECONFIG`,
  );
  expect(refusal(() => choose({}, { KUBECONFIG: join(folder, "missing") }))).toContain("missing (KUBECONFIG): no such file");
  expect(refusal(() => choose({ kubeconfig: join(folder, "missing") }))).toMatch(
    /^cannot read kubeconfig .*missing: ENOENT.*; correct the file/,
  );
});

test.each([
  ["no YAML", "{ contexts: [", /unexpected end/i],
  ["a cluster without a server", "clusters: [{name: a, cluster: {}}]", /server is missing/],
  ["nothing", "", /it is empty, or no kubeconfig/],
])("a file that cannot be parsed: %s", (name, text, words) => {
  const message = refusal(() => choose({ kubeconfig: file(`bad ${name}`, text) }));
  expect(message).toMatch(/^cannot read kubeconfig .*; correct the file, or name another with --kubeconfig or KUBECONFIG$/);
  expect(message).toMatch(words);
});

test("a context that is not there: the ones that are", () => {
  const kubeconfig = file("some", config("some", undefined));
  const there = "choose one with --context: some, some-no-cluster, some-no-user";
  expect(refusal(() => choose({ kubeconfig }))).toBe(`cannot choose a context: the kubeconfig names no current context; ${there}`);
  expect(refusal(() => choose({ kubeconfig, context: "other" }))).toBe(
    `cannot choose context other: the kubeconfig has no context of that name; ${there}`,
  );
  expect(refusal(() => choose({ kubeconfig, context: "some-no-cluster" }))).toContain("the kubeconfig has no cluster gone");
  expect(refusal(() => choose({ kubeconfig, context: "some-no-user" }))).toContain("the kubeconfig has no user gone");
});
