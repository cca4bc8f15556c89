/**
 * What a cluster is expected to do in each check, from what an inspection found. Pure.
 * @packageDocumentation
 */
import { PAST_THE_NODE } from "../../../inspection/told-in-run.js";
import { kubeProxyExpectations } from "../../../layers/services/kube-proxy/kube-proxy-layer.js";
import { CHECKS_BY_SET, type CheckName, type Expectation, type Expectations, SERVICE_CHECKS } from "../../../model/conformance.js";
import type { Inspection } from "../../../model/inspection.js";
import { MODES } from "../../../modes/index.js";
import { CHILDREN_OF_THE_CARD } from "../../../modes/parts/expectations.js";

const each = (checks: readonly CheckName[], expectation: Expectation): Expectations =>
  Object.fromEntries(checks.map((check) => [check, expectation]));
const either = (because: string): Expectation => ({ expected: "either", because });
const notOffered = (because: string): Expectation => ({ expected: "not-offered", because });

/** The network as a table names it: the mode that it is wired like, or its product, and what carries Services. */
export function clusterVariant({ cni, mode, kubeProxy, servicesBy }: Inspection): string {
  const network = mode !== "unknown" ? mode : cni !== "unknown" ? cni : "cluster";
  if (kubeProxy !== "none" && kubeProxy !== "unknown") return `${network}+kube-proxy-${kubeProxy}`;
  return servicesBy === undefined || servicesBy.toLowerCase().startsWith(network) ? network : `${network}+${servicesBy}`;
}

/** Expectations of each check that is not simply expected to work. */
export function expectedIn(inspection: Inspection): Expectations {
  const pods = podsIn(inspection);
  return { ...pods, ...servicesIn(inspection, pods) };
}

function podsIn({ mode, traits = [] }: Inspection): Expectations {
  const { masquerade: ofMode, ...known } = MODES.find(({ name }) => name === mode)?.conformance ?? {
    multicast: either("nothing that was read says whether it is carried"),
  };
  const masquerade = traits.find(({ trait }) => trait === "masquerade");
  return {
    ...known,
    // In a cluster a router may stand where the lab has none.
    ...Object.fromEntries(
      Object.entries(CHILDREN_OF_THE_CARD)
        .filter(([check, { because }]) => known[check as Exclude<CheckName, "masquerade">]?.because === because)
        .map(([check, { because }]) => [check, either(`${because}, unless a router joins them`)]),
    ),
    ...masqueradeIn(masquerade?.seen ?? masquerade?.configured, ofMode),
  };
}

/** A product's own masquerade comes before the mode's, which has none of the product's. */
function masqueradeIn(how: string | undefined, ofMode: Expectation | undefined): Expectations {
  if (how === "none") return { masquerade: notOffered("the network is set to translate nothing") };
  if (how !== undefined) return {};
  return { masquerade: ofMode ?? either("nothing that was read says whether pods' addresses are translated on their way out") };
}

const FROM_NODES = ["clusterip-from-host-local", "clusterip-from-host-across"] as const satisfies readonly CheckName[];
const CILIUM = "Cilium";
/** How it answers where there is no endpoint is its own: `service-no-backend-response`, an error of the socket or an ICMP message in place of kube-proxy's. */
const OF_CILIUM = each(["no-endpoints", "nodeport-local-policy"], either("Cilium answers a Service without endpoints in its own way"));
const ADDRESSED = [...CHECKS_BY_SET.services, "clusterip-unused-port"] as const;

function servicesIn(inspection: Inspection, sofar: Expectations): Expectations {
  const { kubeProxy, servicesBy, mode, evidence } = inspection;
  const configured = evidence.some(({ claim }) => claim === "kubeProxy");
  const open = each(["nodeport-localhost", "clusterip-unused-port"], either("what carries Services here may do either"));
  if (servicesBy !== undefined) return { ...open, ...(servicesBy === CILIUM ? OF_CILIUM : {}) };
  if (kubeProxy === "none" || (kubeProxy === "unknown" && !configured))
    return each(SERVICE_CHECKS, notOffered("nothing was found that carries Services"));
  const proxied =
    kubeProxy === "iptables" || kubeProxy === "nftables"
      ? kubeProxyExpectations(kubeProxy === "iptables", kubeProxy === "nftables")(sofar)
      : open;
  if (!PAST_THE_NODE.includes(mode)) return proxied;
  return {
    ...proxied,
    ...each(
      ADDRESSED.filter((check) => !FROM_NODES.some((one) => one === check)),
      notOffered("what pods send does not pass their node, whose rules carry Services"),
    ),
    ...each([...FROM_NODES, ...CHECKS_BY_SET.external], either("a node reaches its own pods only where a router joins them")),
  };
}
