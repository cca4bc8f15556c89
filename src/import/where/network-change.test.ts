import { expect, test } from "vitest";
import { networkChangeIn, networkChangesIn, takesAChangeBack, withoutOpenChanges } from "./network-change.js";

test.each([
  ["Switched flannel to host-gw.", "flannel host-gw"],
  ["Then we moved from Weave to Calico.", "calico"],
  ["Replaced flannel with calico", "calico"],
  ["Moved flannel back to udp to be sure.", "flannel udp"],
  ["It did not help, so we switched flannel from udp to host-gw: better", "flannel host-gw"],
  ["Now with Cilium:", "cilium"],
  ["After switching to host-gw it is fine", "flannel host-gw"],
  ["Switching to host-gw brought it", "flannel host-gw"],
  ["Wir haben flannel auf vxlan umgestellt.", "flannel vxlan"],
  ["Wir sind auf Calico umgestiegen", "calico"],
  ["Nach der Umstellung von flannel auf calico", "calico"],
  ["Jetzt mit Calico", "calico"],
  ["Nous sommes passés à Calico.", "calico"],
  ["Cambiamos a Calico", "calico"],
  ["Мы перешли на Calico", "calico"],
  ["把 flannel 后端从 vxlan 换成 host-gw 之后", "flannel host-gw"],
  ["后来切换到host-gw。", "flannel host-gw"],
  ["host-gwに切り替えた", "flannel host-gw"],
  ["Rolled back to vxlan two hours later.", "vxlan"],
  ["Wir sind zurück auf flannel vxlan.", "flannel vxlan"],
  ["Nous sommes revenus à flannel hier", "flannel"],
  ["Через неделю вернулись на flannel.", "flannel"],
  ["因为内核问题又换回了udp后端", "flannel udp"],
  ["Am Montag wurde flannel auf host-gw umgestellt.", "flannel host-gw"],
])("%s changes to %s", (text, subject) => {
  expect(networkChangeIn(text)?.subject).toBe(subject);
});

test.each([
  "We have not switched to host-gw yet.",
  "Before we switched to host-gw it was slow",
  "If you switched to host-gw, it would be faster",
  "Have you switched to host-gw? Here it is slow.",
  "Ab Montag wird auf host-gw umgestellt.",
  "Vor der Umstellung auf host-gw",
  "Have you switched to host-gw?",
  "切换到host-gw之前",
  "We are thinking of moving to Cilium.",
  "You had better switch to host-gw",
  "Wir überlegen, auf Calico umzusteigen.",
  "On pense passer à Calico",
])("%s has changed nothing", (text) => {
  expect(networkChangesIn(text).map(({ done }) => done)).toEqual([false]);
});

test.each([
  "flannel host-gw",
  "We changed the MTU to 1450 for flannel",
  "Pods with Calico get less",
  "We switched to another provider, with Calico",
])("%s says nothing of a change", (text) => {
  expect(networkChangesIn(text)).toEqual([]);
});

test.each([
  ["We switched only the node pool batch to calico", true],
  ["The other team switched their cluster to Cilium last month.", true],
  ["只有一个节点换成了calico", true],
  ["We only switched flannel to host-gw, nothing else", false],
  ["Switched flannel to host-gw on both nodes", false],
])("%s: elsewhere %s", (text, elsewhere) => {
  expect(networkChangeIn(text)?.elsewhere).toBe(elsewhere);
});

test("what has not come about is taken out, and what is left names its network", () => {
  expect(withoutOpenChanges("Network: flannel. We plan to move to Cilium.").trim()).toBe("Network: flannel. We plan to               .");
  expect(withoutOpenChanges("Switched flannel to host-gw.")).toBe("Switched flannel to host-gw.");
});

test.each([
  ["Switched flannel to host-gw. That broke DNS, so I undid it.", true],
  ["Rolled back to vxlan two hours later.", false],
])("%s takes a change back: %s", (text, back) => {
  expect(takesAChangeBack(text)).toBe(back);
});
