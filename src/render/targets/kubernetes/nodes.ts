import { prefixText } from "../../addressing/prefix.js";
import type { RenderInput, Target } from "../../contract.js";
import { modesWith } from "../../mode-kinds.js";
import { yamlText } from "../../yaml-text.js";

/** Node objects with their PodCIDRs, made before the workers register: kube-controller-manager keeps what it finds. */
export const nodes: Target = {
  name: "nodes",
  title: "Node objects with spec.podCIDR, to be created before the workers register",
  modes: modesWith("routed"),
  layers: [],
  checker: "the API server and kube-controller-manager of Kubernetes 1.34 in a cluster",
  checked: "run",
  activation: {
    restart: "`systemctl restart kubelet` on each node that registered before its Node was made",
    pods: "made anew",
  },
  needs: () => ["nodes"],
  render: (input) => [
    {
      path: "cluster/nodes.yaml",
      comment: "#",
      text: yamlText(...input.nodes.map(nodeObject)),
      about: {
        needs: [
          "to be created before kubelet registers the node (`kubectl create -f nodes.yaml`): kube-controller-manager gives blocks in the order of registration, and keeps those that are there",
          "every block inside of kube-controller-manager's --cluster-cidr: it does not start when a Node's lies outside",
        ],
        givesUp: ["a PodCIDR is set once and never changed: to move a node, delete and make its Node anew"],
        check: ["`kubectl get nodes -o custom-columns=NAME:.metadata.name,PODCIDR:.spec.podCIDRs` once the workers are Ready"],
        back: ["`kubectl delete node NAME`; its block is free for the next node"],
      },
    },
  ],
};

const nodeObject = ({ name, podCIDRs }: RenderInput["nodes"][number]): object => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name },
  spec: { podCIDR: podCIDRs.slice(0, 1).map(prefixText).join(), podCIDRs: podCIDRs.map(prefixText) },
});
