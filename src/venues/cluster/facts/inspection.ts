/**
 * Reads what an inspection is made from: objects of the API, and answers of pods. What cannot be read is said, and costs only evidence.
 * @packageDocumentation
 */
import type {
  ApiFacts,
  ConfigMapView,
  Count,
  CustomView,
  DaemonSetView,
  NodeView,
  PolicyView,
  Read,
} from "../../../inspection/api-facts.js";
import { type Answer, type AskedPod, type Look, questionsFor, written } from "../../../inspection/pods/look.js";
import { configMapView, customView, daemonSetView, nodeView, policyView } from "../../../inspection/sift.js";
import { WANTED, type Wanted, type WantedPart } from "../../../inspection/wanted.js";
import { type Kubernetes, KubernetesError, type KubernetesObject, type KubernetesProblem } from "../../../machine/kubernetes/port.js";

/** Troubles in which no further question is of use. */
const HOPELESS: readonly KubernetesProblem[] = [
  "no kubeconfig",
  "no context",
  "no credentials",
  "unreachable",
  "untrusted",
  "expired",
  "unauthorized",
  "cut",
];

/**
 * Reads all that {@link WANTED} lists.
 * @throws KubernetesError when the cluster cannot be asked at all
 */
export async function readApi(kubernetes: Kubernetes): Promise<ApiFacts> {
  const answers = await Promise.all(WANTED.map(async (wanted) => ({ wanted, got: await readWanted(kubernetes, wanted) })));
  const part = <View>(name: WantedPart): Read<View> => {
    const mine = answers.filter(({ wanted }) => wanted.part === name);
    const refused = refusalOf(mine.flatMap(({ got, wanted }) => (got.refused === undefined ? [] : [{ wanted, words: got.refused }])));
    return { objects: mine.flatMap(({ got }) => got.views as View[]), ...(refused === undefined ? {} : { refused }) };
  };
  const count = (name: WantedPart): Count => {
    const got = answers.find(({ wanted }) => wanted.part === name)?.got;
    return got?.refused === undefined ? { count: got?.count ?? 0 } : { refused: got.refused };
  };
  return {
    nodes: part<NodeView>("nodes"),
    daemonSets: part<DaemonSetView>("daemonSets"),
    configMaps: part<ConfigMapView>("configMaps"),
    custom: part<CustomView>("custom"),
    networkPolicies: part<PolicyView>("networkPolicies"),
    productPolicies: part<PolicyView>("productPolicies"),
    services: count("services"),
    endpointSlices: count("endpointSlices"),
    ...(await versionOf(kubernetes)),
  };
}

interface Got {
  readonly views: readonly unknown[];
  readonly count: number;
  readonly refused?: string;
}

const VIEWS: Readonly<Record<WantedPart, ((object: KubernetesObject) => unknown) | undefined>> = {
  nodes: nodeView,
  daemonSets: daemonSetView,
  configMaps: configMapView,
  custom: customView,
  networkPolicies: policyView,
  productPolicies: policyView,
  services: undefined,
  endpointSlices: undefined,
};

/** Each object is cut down to its view as it comes, so that a page is the most that is held whole. */
async function readWanted(kubernetes: Kubernetes, { part, type, how, namespace, name }: Wanted): Promise<Got> {
  const view = VIEWS[part];
  const views: unknown[] = [];
  let count = 0;
  try {
    for await (const object of how === "get"
      ? one(kubernetes, { ...type, ...(namespace === undefined ? {} : { namespace }), name: name ?? "" })
      : kubernetes.list(type)) {
      count += 1;
      // Lists leave kind and version out of their items; they are the list's.
      if (view !== undefined && how !== "count") views.push(view({ ...object, kind: type.kind, apiVersion: type.apiVersion }));
    }
    return { views, count };
  } catch (error) {
    if (!(error instanceof KubernetesError) || HOPELESS.includes(error.problem)) throw error;
    // A type that the cluster does not have is a product that is not there.
    return error.problem === "not found" ? { views, count } : { views: [], count: 0, refused: error.failure.words };
  }
}

async function* one(kubernetes: Kubernetes, ref: Parameters<Kubernetes["get"]>[0]): AsyncIterable<KubernetesObject> {
  const object = await kubernetes.get(ref);
  if (object !== undefined) yield object;
}

/** The first refusal in the server's words; the others are alike, and are named. */
function refusalOf(refusals: readonly { readonly wanted: Wanted; readonly words: string }[]): string | undefined {
  const [first, ...more] = refusals;
  if (first === undefined) return undefined;
  const others = more.map(({ wanted: { type, namespace, name } }) =>
    `${type.plural} ${[namespace, name].filter((one) => one !== undefined).join("/")}`.trim(),
  );
  return `${first.words}${others.length === 0 ? "" : ` (nor ${others.join(", ")})`}`;
}

async function versionOf(kubernetes: Kubernetes): Promise<Pick<ApiFacts, "version">> {
  try {
    return { version: (await kubernetes.version()).gitVersion };
  } catch (error) {
    if (!(error instanceof KubernetesError) || HOPELESS.includes(error.problem)) throw error;
    return {};
  }
}

/** How a program that ran in a pod ended. */
export interface Ran {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it could not be started, or why its end is not known. */
  readonly startError?: string;
  /** Set where the API server or the way to the pod failed, not the program: another question would fare no better. */
  readonly unreached?: true;
}

/** Runs a program in a pod to its end. */
export type RunInPod = (pod: string, argv: readonly [string, ...string[]]) => Promise<Ran>;

/** Asks every pod its questions, all at once. A pod that does not answer says so in its answers. */
export async function askPods(pods: readonly AskedPod[], run: RunInPod): Promise<readonly Look[]> {
  return Promise.all(
    pods.map(async (pod) => {
      const answers = await Promise.all(
        questionsFor(pod, pods).map(
          async (question) => [written(question), await answerOf(async () => run(pod.id, question.argv))] as const,
        ),
      );
      return { ...pod, answers: Object.fromEntries(answers) };
    }),
  );
}

/** What a program printed, or why there is nothing. */
export async function answerOf(run: () => Promise<Ran>): Promise<Answer> {
  try {
    const { exitCode, stdout, stderr, startError } = await run();
    if (exitCode === 0) return { printed: stdout };
    return { problem: startError ?? `exit code ${String(exitCode)}: ${stderr.trim()}` };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
