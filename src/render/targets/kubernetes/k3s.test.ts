import { describe, expect, test } from "vitest";
import { checkedDocument } from "../../../../test/render/checked-documents.js";
import { testChecker } from "../../../../test/render/complaints.js";
import { configComplaints, type Reader } from "../../../../test/render/config-yaml.js";
import { LAB_DUAL, LAB_DUAL_NODES, rendered } from "../../../../test/synthetic/rendered.js";
import { targetList } from "../../target-list.js";
import { k3s } from "./k3s.js";

const SERVER: Reader = { product: "k3s", commands: ["server"] };
/** A node is a server or an agent. */
const NODE: Reader = { product: "k3s", commands: ["server", "agent"] };

describe("k3s", () => {
  testChecker(checkedDocument("k3s", "k3s-server.yaml"), (text) => Promise.resolve(configComplaints(text, SERVER)));
  testChecker(checkedDocument("k3s", "a node's file"), (text) => Promise.resolve(configComplaints(text, NODE)));
  testChecker(checkedDocument("k3s", "a node's file of 1.30"), (text) => Promise.resolve(configComplaints(text, NODE)));

  test.each(targetList([k3s]).targets.flatMap(({ variants }) => variants))("takes every file of %s, with both families", (variant) => {
    for (const { path, text } of rendered(variant, "k3s", { nodes: LAB_DUAL_NODES, cluster: LAB_DUAL }).values())
      expect(configComplaints(text, path.startsWith("cluster/") ? SERVER : NODE), path).toEqual([]);
  });
});
