import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ApiFacts } from "../api-facts.js";
import { inspect } from "../inspect.js";
import type { Answer, Look } from "./look.js";
import { modeOfWiring, wiringOf } from "./wiring.js";

/** What pods and nodes of the fixture answered (test/cluster): iproute2 6.1, kube-proxy 1.34, CNI plugins 1.1.1, flannel 0.28.10. */
const captured = (network: string): readonly Look[] =>
  JSON.parse(readFileSync(new URL(`../../../test/captured/inspection-pods/${network}.json`, import.meta.url), "utf8")) as Look[];

/** An API that says nothing. */
const SILENT: ApiFacts = {
  nodes: { objects: [] },
  daemonSets: { objects: [] },
  configMaps: { objects: [] },
  custom: { objects: [] },
  networkPolicies: { objects: [], refused: "forbidden" },
  productPolicies: { objects: [], refused: "forbidden" },
  services: { refused: "forbidden" },
  endpointSlices: { refused: "forbidden" },
};

const TOLD = {
  gce: { mode: "gce", cni: "bridge", kubeProxy: "nftables", podRoutes: { by: "fabric", via: "198.18.0.1" } },
  "host-routes": { mode: "flannel-host-gw", cni: "bridge", kubeProxy: "iptables", podRoutes: { by: "peers" } },
  "flannel-vxlan": { mode: "flannel-vxlan", cni: "flannel", kubeProxy: "iptables", podRoutes: { by: "tunnel", via: "flannel.1" } },
  "flannel-host-gw": { mode: "flannel-host-gw", cni: "bridge", kubeProxy: "nftables", podRoutes: { by: "peers" } },
  ptp: { mode: "kindnet", cni: "ptp", kubeProxy: "iptables", podRoutes: { by: "peers" } },
  macvlan: { mode: "macvlan", cni: "macvlan", kubeProxy: "nftables", podRoutes: { by: "segment", via: "eth0" } },
} as const;

const modeOf = (looks: readonly Look[]): string => {
  const told = modeOfWiring(wiringOf(looks));
  return "mode" in told ? told.mode : "unknown";
};

/** Looks in which the chosen answers are others. */
function changed(looks: readonly Look[], chosen: ReadonlySet<string>, answer: Answer): readonly Look[] {
  return looks.map((look) => ({
    ...look,
    answers: Object.fromEntries(
      Object.entries(look.answers).map(([question, old]) => [question, chosen.has(`${look.id} ${question}`) ? answer : old]),
    ),
  }));
}

const questionsOf = (looks: readonly Look[]): string[] =>
  looks.flatMap(({ id, answers }) => Object.keys(answers).map((question) => `${id} ${question}`));

describe.each(Object.entries(TOLD))("answers from %s", (network, told) => {
  const looks = captured(network);

  it("tell it without a word from the API", () => {
    expect(inspect(SILENT, looks)).toMatchObject(told);
  });

  it("tell the same or nothing when any of them failed, and then why", () => {
    fc.assert(
      fc.property(fc.subarray(questionsOf(looks)), (failed) => {
        const left = changed(looks, new Set(failed), { problem: "exit code 1" });
        const { mode, kubeProxy, unknown } = inspect(SILENT, left);
        expect([told.mode, "unknown"]).toContain(mode);
        expect([told.kubeProxy, "unknown"]).toContain(kubeProxy);
        if (mode === "unknown") expect(unknown.find(({ claim }) => claim === "mode")?.why).not.toBe("");
      }),
    );
  });

  it("tell the same or nothing when any pods were not looked at", () => {
    fc.assert(
      fc.property(fc.subarray([...looks]), (left) => {
        expect([told.mode, "unknown"]).toContain(modeOf(left));
      }),
    );
  });

  it("tell nothing else when any of them is nonsense", () => {
    fc.assert(
      fc.property(fc.subarray(questionsOf(looks)), fc.oneof(fc.string(), fc.json()), (chosen, printed) => {
        expect([told.mode, "unknown"]).toContain(modeOf(changed(looks, new Set(chosen), { printed })));
      }),
    );
  });
});

it("tells a bridge from pods alone, and not the way between nodes", () => {
  const pods = captured("gce").filter(({ network }) => network === "pod");
  const wiring = wiringOf(pods);
  expect(wiring).toMatchObject({ attachment: { kind: "bridge" }, podMtu: { link: 1500, path: { bytes: 1500, by: "link" } } });
  expect(wiring).not.toHaveProperty("way");
  expect(modeOfWiring(wiring)).toHaveProperty("why");
});

it("takes what pods see over what settings say", () => {
  const config = {
    namespace: "kube-flannel",
    name: "kube-flannel-cfg",
    data: { "net-conf.json": '{"Network":"10.0.0.0/8","Backend":{"Type":"vxlan"}}' },
  };
  const daemonSet = { namespace: "kube-flannel", name: "kube-flannel-ds", desired: 2, labels: {}, containers: [] };
  const api: ApiFacts = { ...SILENT, configMaps: { objects: [config] }, daemonSets: { objects: [daemonSet] } };
  expect(inspect(api).mode).toBe("flannel-vxlan");
  // The ConfigMap was changed, and flannel not started anew.
  expect(inspect(api, captured("flannel-host-gw")).mode).toBe("flannel-host-gw");
  // Another network's pods: settings of a product that made none of them tell nothing.
  expect(
    inspect(
      api,
      captured("ptp").filter(({ network }) => network === "pod"),
    ),
  ).toMatchObject({ mode: "unknown", cni: "flannel" });
});

it("names both modes where nodes run kube-proxy differently", () => {
  const looks = captured("gce").map((look) =>
    look.id === "host-b" ? { ...look, answers: { ...look.answers, ...proxyOf(captured("ptp")) } } : look,
  );
  const { kubeProxy, unknown } = inspect(SILENT, looks);
  expect(kubeProxy).toBe("unknown");
  expect(unknown.find(({ claim }) => claim === "kubeProxy")?.why).toContain("nftables, iptables");
});

const proxyOf = (looks: readonly Look[]): Record<string, Answer> =>
  Object.fromEntries(
    Object.entries(looks.find(({ network }) => network === "host")?.answers ?? {}).filter(([question]) => question.startsWith("node ")),
  );
