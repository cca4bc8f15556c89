/**
 * Documents that are objects of a cluster, or texts inside of one, against what the cluster has.
 * @packageDocumentation
 */
import { parseAllDocuments } from "yaml";
import type { DocumentDiff } from "../../model/render-diff.js";
import type { RenderedFile } from "../contract.js";

type Fields = Readonly<Record<string, unknown>>;

/** Where an object is asked for. */
export interface ObjectPlace {
  /** The first that the API server serves. */
  readonly apiVersions: readonly [string, ...string[]];
  readonly kind: string;
  readonly plural: string;
  readonly namespace?: string;
  readonly name: string;
}

/** What a document says of an object. */
export interface Wanted {
  readonly place: ObjectPlace;
  /** The key of a ConfigMap in which the document stands as text; absent where it is the object itself. */
  readonly key?: string;
  readonly fields: Fields;
  readonly file: string;
}

/** Where a kubeadm cluster keeps configurations that are no objects of its API. */
const KEPT_IN: Readonly<Record<string, { readonly name: string; readonly key: string }>> = {
  KubeProxyConfiguration: { name: "kube-proxy", key: "config.conf" },
  ClusterConfiguration: { name: "kubeadm-config", key: "ClusterConfiguration" },
  KubeletConfiguration: { name: "kubelet-config", key: "kubelet" },
};

/** What documents say of objects, and the files that say nothing of any. */
export function wantedObjects(files: readonly RenderedFile[]): {
  readonly wanted: readonly Wanted[];
  readonly elsewhere: readonly string[];
} {
  const found = files.map((file) => ({ file, wanted: wantedIn(file) }));
  const named = new Set(found.filter(({ wanted }) => wanted.length > 0).map(({ file }) => file.path));
  return {
    wanted: found.flatMap(({ wanted }) => wanted),
    elsewhere: found
      .filter(({ file, wanted }) => wanted.length === 0 && !named.has(file.path.replace(/\.txt$/, "")))
      .map(({ file }) => file.path),
  };
}

function wantedIn({ path, text }: RenderedFile): readonly Wanted[] {
  if (!path.startsWith("cluster/") || !path.endsWith(".yaml")) return [];
  return parseAllDocuments(text).flatMap((document): readonly Wanted[] => {
    const fields: unknown = document.toJS();
    if (!isFields(fields)) return [];
    const { apiVersion, kind, metadata } = fields;
    if (typeof apiVersion !== "string" || typeof kind !== "string") return [];
    const kept = KEPT_IN[kind];
    if (kept !== undefined) {
      const place = { apiVersions: ["v1"], kind: "ConfigMap", plural: "configmaps", namespace: "kube-system", name: kept.name } as const;
      return [{ place, key: kept.key, fields, file: path }];
    }
    const { namespace, name } = isFields(metadata) ? metadata : {};
    if (typeof name !== "string") return [];
    return [
      {
        place: {
          apiVersions: versionsOf(apiVersion),
          kind,
          plural: `${kind.toLowerCase()}s`,
          ...(typeof namespace === "string" ? { namespace } : {}),
          name,
        },
        fields,
        file: path,
      },
    ];
  });
}

/** Without Calico's own API server its objects are read as what they are stored as. */
const versionsOf = (apiVersion: string): readonly [string, ...string[]] =>
  apiVersion === "projectcalico.org/v3" ? [apiVersion, "crd.projectcalico.org/v1"] : [apiVersion];

/** `Node/worker-1`, `ConfigMap/kube-system/kube-proxy config.conf`. */
export const titleOf = ({ place: { kind, namespace, name }, key }: Wanted): string =>
  `${[kind, ...(namespace === undefined ? [] : [namespace]), name].join("/")}${key === undefined ? "" : ` ${key}`}`;

/** The command that puts what bears such a title in place: what stands inside of a ConfigMap is edited there. */
export function placingCommand(title: string, change: DocumentDiff["change"]): string {
  const [object = "", key] = title.split(" ");
  const [kind, namespace = "", name = ""] = object.split("/");
  if (key !== undefined) return `kubectl -n ${namespace} ${change === "new" ? "create" : "edit"} configmap ${name} (its ${key})`;
  return kind === "Node" && change === "new" ? "kubectl create -f FILE" : "kubectl apply -f FILE";
}

/** What is there is held against what is wanted, field by field: what a document does not name stays as it is. */
export function objectDiff(wanted: Wanted, live: Fields | undefined): DocumentDiff {
  const what = titleOf(wanted);
  const there = live === undefined ? undefined : wanted.key === undefined ? live : textIn(live, wanted.key);
  if (there === undefined) return { what, change: "new", lines: [] };
  const lines = differences(there, wanted.fields, []).filter(({ path }) => path !== "apiVersion");
  if (lines.length === 0) return { what, change: "same", lines: [] };
  const set = onceOnly(
    wanted,
    lines.map(({ path }) => path),
  );
  return {
    what,
    change: "changed",
    lines: lines.flatMap(({ path, before, after }) => [
      ...(before === undefined ? [] : [`- ${path}: ${shown(before)}`]),
      `+ ${path}: ${shown(after)}`,
    ]),
    ...(set === undefined ? {} : { note: set }),
  };
}

/** What an API server sets once and refuses to change. */
function onceOnly({ place: { kind } }: Wanted, paths: readonly string[]): string | undefined {
  if (kind === "Node" && paths.some((path) => path.startsWith("spec.podCIDR")))
    return "a Node's PodCIDR can be set once: delete and make the Node anew";
  if (kind === "IPPool" && paths.includes("spec.cidr"))
    return "a pool's cidr can be set once: disable it, make pods anew, delete it, and create the new one";
  return undefined;
}

interface Difference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

function differences(live: unknown, wanted: unknown, path: readonly string[]): readonly Difference[] {
  const [before, after] = [dataOf(live), dataOf(wanted)];
  if (isFields(before) && isFields(after))
    return Object.entries(after).flatMap(([key, value]) => differences(before[key], value, [...path, key]));
  // The API server adds defaults to the objects of a list too.
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return after.flatMap((value: unknown, index) => differences(before[index], value, [...path, String(index)]));
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path: path.join("."), before, after }];
}

/** JSON inside of a text, as ConfigMaps have it, is compared as what it says. */
function dataOf(value: unknown): unknown {
  if (typeof value !== "string" || !value.startsWith("{")) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function textIn(live: Fields, key: string): Fields | undefined {
  const { data } = live;
  const text = isFields(data) ? data[key] : undefined;
  if (typeof text !== "string") return undefined;
  const [document] = parseAllDocuments(text);
  const read: unknown = document?.toJS();
  return isFields(read) ? read : undefined;
}

const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

export const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
