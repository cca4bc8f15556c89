/**
 * Which cluster, and as whom: kubeconfig files by kubectl's rules, or the service account of the pod podwire runs in.
 * @packageDocumentation
 */
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { KubeConfig, type User } from "@kubernetes/client-node";
import { parse } from "yaml";
import { KubernetesError, type KubernetesOptions, type KubernetesProblem } from "./port.js";

/** The caller's environment, as far as kubeconfigs go by it. */
export type KubeEnvironment = Readonly<Partial<Record<string, string>>>;

/** Where a pod finds its service account's token. */
const SERVICE_ACCOUNT_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/** A kubeconfig whose current context has a cluster and a user. */
export interface ChosenContext {
  readonly config: KubeConfig;
  readonly context: string;
  readonly server: string;
  readonly namespace: string;
}

/** @throws KubernetesError when there is no kubeconfig, it cannot be read, or it has no such context */
export function chooseContext({ kubeconfig, context }: KubernetesOptions, environment: KubeEnvironment): ChosenContext {
  const config = loadConfig(kubeconfig, environment);
  const names = config.contexts.map(({ name }) => name);
  const chosen = context ?? config.currentContext;
  if (!chosen) throw problem("no context", "choose a context", "the kubeconfig names no current context", choosing(names));
  const found = config.contexts.find(({ name }) => name === chosen);
  if (found === undefined)
    throw problem("no context", `choose context ${chosen}`, "the kubeconfig has no context of that name", choosing(names));
  config.setCurrentContext(chosen);
  const cluster = config.getCluster(found.cluster);
  if (cluster === null)
    throw problem("no context", `choose context ${chosen}`, `the kubeconfig has no cluster ${found.cluster}`, choosing(names));
  if (config.getUser(found.user) === null)
    throw problem("no context", `choose context ${chosen}`, `the kubeconfig has no user ${found.user}`, choosing(names));
  return { config, context: chosen, server: cluster.server.replace(/\/+$/, ""), namespace: found.namespace ?? "default" };
}

const choosing = (names: readonly string[]): string =>
  names.length === 0 ? "add a context to the kubeconfig" : `choose one with --context: ${names.slice(0, 20).join(", ")}`;

const problem = (kind: KubernetesProblem, object: string, words: string, next: string): KubernetesError => {
  const [verb = "", ...rest] = object.split(" ");
  return new KubernetesError({ problem: kind, verb, object: rest.join(" "), words, next });
};

/** kubectl's order: the flag, KUBECONFIG (files that do not exist are passed over), `~/.kube/config`, the pod's service account. */
function loadConfig(kubeconfig: string | undefined, environment: KubeEnvironment): KubeConfig {
  if (kubeconfig !== undefined) return merged([kubeconfig]);
  const listed = (environment["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  const home = environment["HOME"] ?? "";
  const standard = home === "" ? [] : [join(home, ".kube", "config")];
  const files = (listed.length > 0 ? listed : standard).filter((path) => existsSync(path));
  if (files.length > 0) return merged(files);
  if (listed.length > 0) throw none(`${listed.join(", ")} (KUBECONFIG): no such file`);
  if (existsSync(SERVICE_ACCOUNT_TOKEN) && environment["KUBERNETES_SERVICE_HOST"] !== undefined) {
    const config = new KubeConfig();
    config.loadFromCluster();
    return config;
  }
  throw none(`KUBECONFIG is not set, and ${standard[0] ?? "~/.kube/config"} does not exist`);
}

const none = (words: string): KubernetesError =>
  problem("no kubeconfig", "find a kubeconfig", words, "name one with --kubeconfig or KUBECONFIG");

/** The first file to name a cluster, user, context or current context wins, as kubectl has it. */
function merged(files: readonly string[]): KubeConfig {
  const configs = files.map(loaded);
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: firstOfName(configs.flatMap(({ clusters }) => clusters)),
    users: firstOfName(configs.flatMap(({ users }) => users)),
    contexts: firstOfName(configs.flatMap(({ contexts }) => contexts)),
    currentContext: configs.map(({ currentContext }) => currentContext).find(Boolean),
  });
  return config;
}

function loaded(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
    config.users = withTokenFiles(config.users, file);
  } catch (error) {
    // The package reads fields of what may be no object at all.
    const words = error instanceof TypeError ? "it is empty, or no kubeconfig" : error instanceof Error ? error.message : String(error);
    throw problem("no kubeconfig", `read kubeconfig ${file}`, words, "correct the file, or name another with --kubeconfig or KUBECONFIG");
  }
  return config;
}

/**
 * The users of a file with the `tokenFile` of those that have one, whose path counts from the kubeconfig's folder (client-go, AuthInfo): the package reads a
 * field of another name. As a credential provider such a file is read again from time to time.
 */
function withTokenFiles(users: readonly User[], file: string): User[] {
  const { users: written } = parse(readFileSync(file, "utf8")) as {
    users?: readonly { name?: string; user?: { tokenFile?: unknown } | null }[] | null;
  };
  return users.map((user) => {
    const tokenFile = written?.find(({ name }) => name === user.name)?.user?.tokenFile;
    if (typeof tokenFile !== "string" || tokenFile === "") return user;
    return { ...user, authProvider: { name: "tokenFile", config: { tokenFile: resolve(dirname(file), tokenFile) } } };
  });
}

function firstOfName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  return entries.filter(({ name }, index) => entries.findIndex((other) => other.name === name) === index);
}
