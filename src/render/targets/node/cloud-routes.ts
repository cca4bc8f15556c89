import { type Prefix, prefixText } from "../../addressing/prefix.js";
import type { About, PlacedNode, RenderedFile, RenderInput, Target } from "../../contract.js";
import { type NodeRoute, routesTo } from "../../node-network/node-network.js";

/** Commands that give a cloud's network one route a PodCIDR, and let nodes send what their pods send. podwire prints them and runs none. */
export const cloudRoutes: Target = {
  name: "cloud-routes",
  title: "commands of gcloud, aws and openstack that make the network route each PodCIDR to its node",
  modes: ["gce"],
  layers: [],
  checker:
    "a shell runs the scripts without the tools, and the commands that it would have run are held against closed lists of the tools' commands, flags and fields",
  checked: "not here",
  why: "gcloud cannot be installed here, aws and openstack are not, and no cloud is asked; names of EC2's filters are in no list",
  activation: { restart: "the commands, once", pods: "go on" },
  needs: () => ["nodes"],
  render: (input) => CLOUDS.map((cloud) => scriptOf(cloud, input)),
};

interface Cloud {
  readonly name: string;
  /** What the script takes from its environment, with what each is. */
  readonly variables: readonly (readonly [name: string, what: string])[];
  /** Commands for one node's route. */
  readonly commands: (node: PlacedNode, route: NodeRoute, prefix: Prefix) => readonly string[];
  readonly needs: readonly string[];
  readonly back: string;
  /** Where the number of routes is limited. */
  readonly quota: string;
}

const CLOUDS: readonly Cloud[] = [
  {
    name: "gcloud",
    variables: [["NETWORK", "the VPC network of the nodes"]],
    commands: ({ name }, { to, via }, { family }) => [
      `gcloud compute routes create podwire-${name.replaceAll(".", "-")}${family === "ipv6" ? "-v6" : ""} --network="$NETWORK" --destination-range=${to} --next-hop-address=${via}`,
    ],
    needs: ["instances that were made with --can-ip-forward: without it what pods send is dropped, and it can be set at creation only"],
    back: "gcloud compute routes delete NAME for each of them",
    quota: "the project's quota ROUTES and the network's (`gcloud compute project-info describe`)",
  },
  {
    name: "aws",
    variables: [["ROUTE_TABLE", "the id of the route table of the nodes' subnets, rtb-..."]],
    commands: (_node, { to, via }, { family }) => [
      `instance="$(aws ec2 describe-instances --filters Name=${family === "ipv6" ? "network-interface.ipv6-addresses.ipv6-address" : "private-ip-address"},Values=${via} --query 'Reservations[0].Instances[0].InstanceId' --output text)"`,
      `aws ec2 create-route --route-table-id "$ROUTE_TABLE" --destination-${family === "ipv6" ? "ipv6-cidr-block" : "cidr-block"} ${to} --instance-id "$instance"`,
      'aws ec2 modify-instance-attribute --instance-id "$instance" --no-source-dest-check',
    ],
    needs: ["PodCIDRs outside of the VPC's own ranges: a more specific route inside of them is refused"],
    back: "aws ec2 delete-route for each of them, and --source-dest-check for the instances",
    quota: "the quota of routes per route table (`aws service-quotas list-service-quotas --service-code vpc`)",
  },
  {
    name: "openstack",
    variables: [["ROUTER", "the router of the nodes' network, by name or id"]],
    commands: (_node, { to, via }) => [
      `port="$(openstack port list --fixed-ip ip-address=${via} -f value -c ID)"`,
      `openstack port set --allowed-address ip-address=${to} "$port"`,
      `openstack router add route --route destination=${to},gateway=${via} "$ROUTER"`,
    ],
    needs: ["nodes whose subnet is one of the router's: a gateway elsewhere is refused"],
    back: "openstack router remove route for each of them, and `openstack port unset --allowed-address`",
    quota: "the operator's max_routes of a router",
  },
];

function scriptOf({ name, variables, commands, needs, back, quota }: Cloud, { nodes }: RenderInput): RenderedFile {
  const count = nodes.reduce((sum, { podCIDRs }) => sum + podCIDRs.length, 0);
  const lines = nodes.flatMap((node) =>
    node.podCIDRs.flatMap((prefix) => {
      const route = routesTo(node, "").find(({ to }) => to === prefixText(prefix));
      return route === undefined ? [] : [`# ${route.reason}`, ...commands(node, route, prefix)];
    }),
  );
  const about: About = {
    needs: [
      variables.map(([variable, what]) => `${variable} in the environment: ${what}`).join("; "),
      ...needs,
      `room for ${String(count)} more ${count === 1 ? "route" : "routes"}: ${quota}`,
      "no cloud-controller-manager that makes the routes itself (--configure-cloud-routes): of two writers one loses",
    ],
    check: ["one packet: `ping -c 1 ADDRESS` of a pod from another node"],
    back: [back],
  };
  return {
    path: `router/${name}-routes.sh`,
    comment: "#",
    shebang: "#!/bin/sh",
    mode: 0o755,
    text: ["set -eu", ...variables.map(([variable, what]) => `: "\${${variable}:?${what}}"`), ...lines, ""].join("\n"),
    about,
  };
}
