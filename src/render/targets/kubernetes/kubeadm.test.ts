import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { checkedDocument, documentText } from "../../../../test/render/checked-documents.js";

test.each([
  ["kubeadm.yaml", "v1beta4", [{ name: "node-cidr-mask-size", value: "24" }]],
  ["kubeadm.yaml of 1.30", "v1beta3", { "node-cidr-mask-size": "24" }],
])("%s has its version's form of extraArgs", (name, version, extraArgs) => {
  const [document] = parseAllDocuments(documentText(checkedDocument("kubeadm", name)));
  expect(document?.toJS()).toMatchObject({
    apiVersion: `kubeadm.k8s.io/${version}`,
    networking: { podSubnet: "198.19.0.0/16", serviceSubnet: "198.18.128.0/20" },
    controllerManager: { extraArgs },
  });
});
