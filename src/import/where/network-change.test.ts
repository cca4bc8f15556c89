import { expect, test } from "vitest";
import { networkChangeIn, networkChangesIn } from "./network-change.js";

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
])("%s changes to %s", (text, subject) => {
  expect(networkChangeIn(text)?.subject).toBe(subject);
});

test.each([
  "We have not switched to host-gw yet.",
  "Before we switched to host-gw it was slow",
  "If you switched to host-gw, it would be faster",
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
