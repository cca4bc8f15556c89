import { describe, expect, test } from "vitest";
import { modeOf as subjectOf } from "./modes.js";
import { placeOf as roleOf, roleOfFileName } from "./places.js";

describe("roles in several languages", () => {
  test.each([
    ["Between hosts:", "host"],
    ["node to node", "host"],
    ["bare metal", "host"],
    ["with hostNetwork: true in the pod", "host"],
    ["Zwischen den Knoten:", "host"],
    ["entre los nodos", "host"],
    ["entre anfitriones", "host"],
    ["entre les hôtes", "host"],
    ["entre les nœuds", "host"],
    ["между узлами", "host"],
    ["主机之间", "host"],
    ["宿主机", "host"],
    ["ノード間", "host"],
    ["노드 사이", "host"],
    ["between pods", "pod"],
    ["container to container", "pod"],
    ["Zwischen den Containern", "pod"],
    ["entre contenedores", "pod"],
    ["entre les conteneurs", "pod"],
    ["между контейнерами", "pod"],
    ["容器之间", "pod"],
    ["ポッド間", "pod"],
    ["파드 사이", "pod"],
    ["pod to pod on different nodes", "pod"],
    ["Pods auf verschiedenen Knoten", "pod"],
    ["pods en nodos distintos", "pod"],
    ["不同节点上的容器之间", "pod"],
    ["cross-node pods", "pod"],
    ["via the ClusterIP", "service"],
    ["pod to host", "pod-host"],
    ["vom Pod zum Host", "pod-host"],
    ["pods on the same node", "same-node"],
    ["Pods auf dem gleichen Knoten", "same-node"],
    ["同一节点上的容器", "same-node"],
    ["our pods are slower than our hosts", "unclear"],
  ])("%s: %s", (text, role) => {
    expect(roleOf(text)).toBe(role);
  });

  test.each(["flannel with host-gw", "the hostname is podium", "ghost", "nodejs", "the switch is fine", "tripod", "root@node-1:~#"])(
    "%s names none",
    (text) => {
      expect(roleOf(text)).toBeUndefined();
    },
  );

  test.each([
    ["results/node-7/host.txt", "host"],
    ["pod-to-pod.log", "pod"],
    ["pod2pod_iperf.json", "pod"],
    ["/hosts/today/iperf.txt", undefined],
  ])("file name %s: %s", (file, role) => {
    expect(roleOfFileName(file)).toBe(role);
  });
});

describe("modes", () => {
  test.each([
    ["flannel with host-gw", "flannel host-gw"],
    ["flannel (vxlan backend)", "flannel vxlan"],
    ["flannel (ipip backend)", "flannel ipip"],
    ["flannel udp backend", "flannel udp"],
    ["flannel (udp)", "flannel udp"],
    ["flannel with --backend udp", "flannel udp"],
    ["im UDP-Modus von flannel", "flannel udp"],
    ["flannel (TCP), flannel (UDP)", "flannel"],
    ["flannel: UDP throughput", "flannel"],
    ["GCE mode", "gce"],
    ["L2-Modus", "l2"],
    ["modo L2", "l2"],
    ["calico in ipip", "calico ipip"],
    ["level2 cache", undefined],
    ["flannel against calico", undefined],
  ])("%s: %s", (text, subject) => {
    expect(subjectOf(text)).toBe(subject);
  });
});
