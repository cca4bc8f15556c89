/**
 * kubeadm on a node of the cluster: what it reads in a file, and what it makes of it.
 * @packageDocumentation
 */
import { parse, parseAllDocuments } from "yaml";
import { NODE } from "./own-cluster.js";
import type { RenderCluster } from "./render-cluster.mjs";

const FILE = "/run/kubeadm.yaml";
const MADE = "/run/kubeadm-made";
const PATCHES = "/run/kubeadm-patches";
/** Without a version it asks the internet for the newest. */
const VERSION = "v1.34.4";
const CONTROLLERS = ["init", "phase", "control-plane", "controller-manager", "--dry-run"] as const;

type Fields = Readonly<Record<string, unknown>>;

/** Its commands, each for a file's text. */
export class Kubeadm {
  constructor(readonly own: RenderCluster) {}

  /** What it has against a file; empty where it accepts it. */
  async complaints(text: string): Promise<readonly string[]> {
    const said = await this.#run(text, "config", "validate").catch((error: unknown) => String(error));
    return said.split("\n").filter((line) => line !== "ok" && line !== "");
  }

  /** The ClusterConfiguration as it reads it, in its newest form. */
  async read(text: string): Promise<Fields> {
    return documentOf("ClusterConfiguration", await this.#given(text, ["config", "migrate", `--old-config=${FILE}`]));
  }

  /** The flags that it gives kube-controller-manager, without those that name files which it makes elsewhere. */
  async controllerFlags(text: string): Promise<readonly string[]> {
    await this.#run(text, ...CONTROLLERS);
    return this.#controllerFlags();
  }

  /** The same without a file, with a folder of patches; and what it says meanwhile. */
  async patchedFlags(patches: Readonly<Record<string, string>>): Promise<{ readonly flags: readonly string[]; readonly said: string }> {
    await this.own.cluster.runIn(NODE, ["mkdir", "-p", PATCHES]);
    for (const [name, text] of Object.entries(patches)) await this.own.put(NODE, `${PATCHES}/${name}`, text);
    const said = await this.#kubeadm([...CONTROLLERS, `--kubernetes-version=${VERSION}`, `--patches=${PATCHES}`]);
    return { flags: await this.#controllerFlags(), said };
  }

  async #controllerFlags(): Promise<readonly string[]> {
    const manifest = await this.own.cluster.runIn(NODE, ["cat", `${MADE}/kube-controller-manager.yaml`]);
    const pod = parse(manifest) as { readonly spec: { readonly containers: readonly [{ readonly command: readonly string[] }] } };
    return pod.spec.containers[0].command.filter((word) => word.startsWith("--") && !word.includes("=/etc/kubernetes/"));
  }

  /** The configuration that it gives kube-proxy. */
  async proxyConfiguration(text: string): Promise<string> {
    const { data } = await this.#proxyConfigMap(text);
    return data["config.conf"] ?? "";
  }

  /** Has it keep the file in the cluster as \`kubeadm init\` does, but for kube-proxy's DaemonSet: no image of it is here. */
  async upload(text: string): Promise<void> {
    await this.#run(text, "init", "phase", "upload-config", "all", `--kubeconfig=${this.own.identity("admin")}`);
    await this.own.cluster.kubectl(["apply", "-f", "-"], JSON.stringify(await this.#proxyConfigMap(text)));
  }

  async #proxyConfigMap(text: string): Promise<Fields & { readonly data: Readonly<Record<string, string>> }> {
    const manifest = await this.#run(text, "init", "phase", "addon", "kube-proxy", "--print-manifest");
    return documentOf("ConfigMap", manifest) as Fields & { readonly data: Readonly<Record<string, string>> };
  }

  async #run(text: string, ...words: readonly string[]): Promise<string> {
    return this.#given(text, [...words, `--config=${FILE}`]);
  }

  async #given(text: string, words: readonly string[]): Promise<string> {
    await this.own.put(
      NODE,
      FILE,
      text.replace("kind: ClusterConfiguration\n", (line) => `${line}kubernetesVersion: ${VERSION}\n`),
    );
    return this.#kubeadm(words);
  }

  /** Both outputs: what is a warning to kubeadm counts here. */
  async #kubeadm(words: readonly string[]): Promise<string> {
    const { own } = this;
    await own.cluster.runIn(NODE, ["mkdir", "-p", MADE]);
    const joined = ["sh", "-c", 'exec "$@" 2>&1', "sh", "env", `KUBEADM_INIT_DRYRUN_DIR=${MADE}`];
    return own.cluster.runIn(NODE, [...joined, own.component("kube"), "kubeadm", ...words]);
  }
}

/** The document of a kind among several. */
function documentOf(kind: string, text: string): Fields {
  const found = parseAllDocuments(text)
    .map((document) => document.toJS() as Fields | null)
    .find((document) => document?.["kind"] === kind);
  if (found === undefined || found === null) throw new Error(`no ${kind} in ${text}`);
  return found;
}
