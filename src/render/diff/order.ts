/**
 * In which order documents are put into force where others are: what must be gone before something starts, and what waits until it has.
 * @packageDocumentation
 */
import type { DocumentDiff, SwitchStep } from "../../model/render-diff.js";
import { listed } from "../../units/listed.js";
import type { PlacedNode, RenderInput, Target } from "../contract.js";
import { kindOf } from "../mode-kinds.js";
import { addressBackCommand, hasOneRoute, hasRouteEach, linkCommands, routeCommands } from "./left-behind.js";
import { placingCommand } from "./objects.js";

/** What is to be switched. */
export interface Switch {
  readonly input: RenderInput;
  readonly target: Target;
  /** The mode that is there; absent where nothing says so. */
  readonly before?: string;
  readonly documents: readonly DocumentDiff[];
  /** Nodes whose PodCIDR would become another. */
  readonly moved: readonly string[];
  /** Where the documents go: a folder's, or a cluster's objects. */
  readonly against: "folder" | "cluster";
}

/** The steps, from the first to the last; none where nothing would change. */
export function safeOrder(asked: Switch): readonly SwitchStep[] {
  const { documents, moved, target } = asked;
  if (moved.length === 0 && !documents.some(({ change }) => ["new", "changed", "gone"].includes(change))) return [];
  if (bringsNewNodesOnly(asked)) return [...inPlace(asked), restart(target, "nothing changes on other nodes"), check(target, asked.input)];
  if (target.activation.pods === "go on" && moved.length === 0)
    return [...inPlace(asked), restart(target, "pods keep running"), check(target, asked.input)];
  return [
    drain(asked.input),
    ...leftBehind(asked),
    ...inPlace(asked),
    ...(moved.length === 0 ? [] : [nodesAnew(moved)]),
    restart(
      target,
      target.activation.pods === "go on" ? "pods keep running" : "with the old links and routes gone, what it makes is all there is",
    ),
    podsAnew(asked.input),
    check(target, asked.input),
  ];
}

/** Nodes that the cluster does not have yet have nothing to drain, and nothing of another mode. */
const bringsNewNodesOnly = ({ documents, moved, against }: Switch): boolean =>
  against === "cluster" &&
  moved.length === 0 &&
  documents.every(({ what, change }) => ["same", "elsewhere"].includes(change) || (change === "new" && what.startsWith("Node/")));

const MOST_NAMED = 20;
const named = (nodes: readonly Pick<PlacedNode, "name">[]): string =>
  nodes.length === 0 || nodes.length > MOST_NAMED ? "NODE..." : nodes.map(({ name }) => name).join(" ");

const drain = ({ nodes }: RenderInput): SwitchStep => ({
  step: "drain the nodes, all of them before the first is changed",
  why: "nodes of two modes do not reach each other's pods, so that a switch node by node is a longer outage; and pods keep the addresses, routes and MTU that they were made with",
  commands: [`kubectl drain ${named(nodes)} --ignore-daemonsets --delete-emptydir-data`],
});

function leftBehind({ input, before }: Switch): readonly SwitchStep[] {
  const after = input.variant.mode.name;
  if (before === undefined)
    return [
      {
        step: "find out what made the links and routes that are on the nodes now, and delete them",
        why: "nothing here says which mode was there before, and old routes that stay win over new ones with a shorter prefix",
        commands: ["podwire cluster inspect", "ip route; ip -details link (on each node)"],
      },
    ];
  if (before === after) return [];
  const routes = routeCommands(before, input);
  const links = linkCommands(before, input);
  const addressBack = addressBackCommand(before, input);
  return [
    ...(routes.length === 0
      ? []
      : [
          {
            step: `delete the routes of ${before} on each node, before anything of ${after} starts`,
            why: whyRoutes(before, after),
            commands: [...routes],
          },
        ]),
    ...(links.length === 0
      ? []
      : [
          {
            step: `delete the links of ${before} on each node`,
            why: "they keep their old addresses and MTU, and a plugin that finds its bridge takes it as it is",
            commands: [...links],
          },
        ]),
    ...(addressBack === undefined
      ? []
      : [
          {
            step: "move the node's address from br0 back to its card on each node, from a console",
            why: "br0 holds the node's own address and default route, and the card receives nothing for itself while it is a port: whoever is logged in over it is cut off with the bridge",
            commands: [addressBack],
          },
        ]),
  ];
}

function whyRoutes(before: string, after: string): string {
  if (hasRouteEach(before) && hasOneRoute(after))
    return `${after} has one route for the whole network, and a route to a single PodCIDR wins over it by its longer prefix: packets would go on past the tunnel${after === "wireguard" ? ", unencrypted" : ""}`;
  if (before === "wireguard")
    return `they lead into the tunnel of ${before}; from here on packets between nodes are not encrypted: ${after} encrypts nothing`;
  return "a product removes only routes that it knows as its own, and those that stay lead to links that go";
}

const inPlace = (asked: Switch): readonly SwitchStep[] => (asked.against === "cluster" ? objectsInPlace(asked) : [filesInPlace(asked)]);

/** `create` goes on with the next object behind one that it refuses. */
const ALREADY = "of Nodes that are there it says AlreadyExists, and leaves them as they are";

/** Nodes whose PodCIDR is another one have a step of their own: it cannot be applied. */
function objectsInPlace({ documents, moved }: Switch): readonly SwitchStep[] {
  const nodesThere = documents.some(({ what, change }) => what.startsWith("Node/") && change !== "new");
  const commands = documents
    .filter(({ what, change }) => (change === "new" || change === "changed") && !moved.some((node) => what === `Node/${node}`))
    .map(({ what, change }) => {
      const command = placingCommand(what, change);
      return nodesThere && change === "new" && what.startsWith("Node/") ? `${command} (${ALREADY})` : command;
    });
  if (commands.length === 0) return [];
  return [
    { step: "put the objects that differ in place", why: "whatever is started from here on reads them", commands: [...new Set(commands)] },
  ];
}

const NODE_OBJECTS = "cluster/nodes.yaml";

function filesInPlace({ documents, input, moved }: Switch): SwitchStep {
  // Those that become others have a step of their own.
  const nodes = moved.length === 0 ? documents.find(({ what }) => what === NODE_OBJECTS)?.change : undefined;
  const gone = documents.filter(({ change }) => change === "gone").map(({ what }) => what);
  return {
    step: `write the folder again, and copy its files into place: NODE/ is the root of each node${input.nodes.length === 0 ? "" : ` (${listed(input.nodes.slice(0, 3).map(({ name }) => name))}${input.nodes.length > 3 ? " and others" : ""})`}`,
    why:
      gone.length === 0
        ? "whatever is started from here on reads it"
        : "whatever is started from here on reads it; files that are gone have to be deleted on the nodes too, since a product reads every file that is there",
    commands: [
      "podwire render ... --out FOLDER --force",
      ...(nodes === "new" || nodes === "changed" ? [`kubectl create -f FOLDER/${NODE_OBJECTS} (${ALREADY})`] : []),
      ...gone.slice(0, MOST_NAMED).map((path) => `rm ${onNode(path)}`),
    ],
  };
}

/** `rm /etc/x (on node-a)`. */
function onNode(path: string): string {
  const [place = "", ...rest] = path.split("/");
  return `/${rest.join("/")} (on ${place === "cluster" ? "whoever holds it" : place === "router" ? "the router" : place})`;
}

const nodesAnew = (moved: readonly string[]): SwitchStep => ({
  step: `delete the ${moved.length === 1 ? "Node" : "Nodes"} of ${listed(moved.slice(0, MOST_NAMED))}, and create ${moved.length === 1 ? "it" : "them"} again with the other PodCIDR`,
  why: "a Node's PodCIDR can be set once and never changed",
  commands: [
    `kubectl delete node ${moved.slice(0, MOST_NAMED).join(" ")}`,
    `kubectl create -f nodes.yaml (\`podwire render --for nodes\`; ${ALREADY})`,
    "systemctl restart kubelet (on each of them)",
  ],
});

const restart = ({ activation }: Target, why: string): SwitchStep => ({
  step: "make the product read it",
  why,
  commands: [activation.restart],
});

const podsAnew = ({ nodes }: RenderInput): SwitchStep => ({
  step: "let pods come back, and restart those that no drain has moved",
  why: "pods of DaemonSets stayed on their nodes with their old addresses, routes and MTU",
  commands: [`kubectl uncordon ${named(nodes)}`, "kubectl rollout restart daemonset NAME (each that is not on the host's network)"],
});

const check = ({ name }: Target, { variant }: RenderInput): SwitchStep => ({
  step: "check the result",
  why: `each document of ${name} says at its top how to check it`,
  commands:
    kindOf(variant.mode.name).pods === "hidden"
      ? []
      : ["podwire cluster inspect --pods", "kubectl exec POD -- ping -c 1 ADDRESS (of a pod on another node)"],
});
