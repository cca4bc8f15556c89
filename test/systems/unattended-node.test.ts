/**
 * Nodes that start from rendered documents and nothing else: a Debian 12 root with systemd as the first process of namespaces of its own, on the fabric of a
 * real cluster. One has cloud-init's seed; the other coreos-cloudinit's file, and the ticket's kubelet 1.2.4 without a PodCIDR.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { locate } from "../../scripts/setup/programs.mjs";
import { WORKER_UNITS } from "../../src/render/targets/whole-node/worker.js";
import { FABRIC_PLACE } from "../cluster/description.mjs";
import { BUSYBOX_IMAGE, ensureBusyboxImage, USUAL_SANDBOX_IMAGE } from "../cluster/images.mjs";
import { ensureNodeDocumentPrograms, ensureOldKubelet } from "../cluster/node-programs.mjs";
import { createReady, PAGE, pageFrom, podManifests } from "../cluster/pods.js";
import { until } from "../cluster/sandbox/api.mjs";
import { type OwnCluster, startCluster } from "../cluster/start.mjs";
import { clusterUnavailable } from "../cluster/unavailable.js";
import { FABRIC } from "../cluster/variants.mjs";
import { CBR0_RULE, NO_POD_CIDR, SET_POD_CIDR } from "../render/ticket-lines.js";
import { rendered, textOf } from "../synthetic/rendered.js";
import { JOINING, OLD_TOKEN, WORKER_TOKEN } from "./node/joining.js";
import { KEPT, keptIn, keptOf } from "./node/kept.js";
import { type DiskFile, type MachineImage, NodeMachine, programFile, textFile, UDEV_OF_THE_NETWORK } from "./node/machine.js";
import { ensureNodeRoot } from "./node/root.mjs";

const unavailable =
  (await clusterUnavailable()) ??
  (locate("mmdebstrap") === undefined ? "not on this machine: mmdebstrap, which makes the nodes' root file system" : undefined);
const PODWIRE = fileURLToPath(new URL("../../bin/podwire", import.meta.url));
const MAKING_MS = 25 * 60_000;
const TEST_MS = 5 * 60_000;

const WORKER = "worker-1";
const OLD_WORKER = "old-1";
const CLUSTER_NODE = "- {name: node-1, address: 198.18.0.11/24, podCIDRs: [198.19.0.0/24]}";
const NODES = [
  CLUSTER_NODE,
  `- {name: ${WORKER}, address: 198.18.0.21/24, gateway: ${FABRIC.address}, podCIDRs: [198.19.7.0/24]}`,
  "",
].join("\n");
const OLD_NODES = `- {name: ${OLD_WORKER}, address: 198.18.0.22/24, gateway: ${FABRIC.address}}\n`;

/** This machine's own of what the closed loop kept on the node. */
const HERE = ["/proc/sys/net/core/somaxconn", "/proc/sys/net/ipv4/tcp_rmem"];

/** cluster.yaml of a cluster that runs. */
const clusterFile = (cluster: OwnCluster, token: string): string =>
  JSON.stringify({
    podCIDRs: ["198.19.0.0/16"],
    serviceCIDRs: ["198.18.128.0/20"],
    dns: "198.18.128.10",
    nameservers: [FABRIC.address],
    apiServer: `https://${FABRIC.address}:6443`,
    caCert: readFileSync(join(cluster.description.state, "pki/ca.crt"), "utf8"),
    bootstrapToken: token,
  });

describe.skipIf(unavailable !== undefined)(`nodes that start unattended (${unavailable ?? "in a real cluster"})`, () => {
  let cluster: OwnCluster;
  let root: string;
  let seed: string;
  const machines: NodeMachine[] = [];

  beforeAll(async () => {
    const images = [await ensureBusyboxImage([USUAL_SANDBOX_IMAGE])];
    [root, cluster] = await Promise.all([ensureNodeRoot(say), startCluster({ network: "host-routes", nodes: 1, images }, say)]);
    ({ seed } = JSON.parse(readFileSync(join(cluster.description.state, "settings.json"), "utf8")) as { readonly seed: string });
    await cluster.kubectl(["apply", "--filename", "-"], JSON.stringify(JOINING));
  }, MAKING_MS);
  afterAll(async () => {
    for (const machine of machines) await machine.off();
    await cluster.stop();
  }, TEST_MS);

  async function machineOf(name: string, files: readonly DiskFile[]): Promise<NodeMachine> {
    const image: MachineImage = { root, seed, files };
    const machine = await NodeMachine.made(name, cluster, image);
    machines.push(machine);
    return machine;
  }

  const node = (name: string, path: string): Promise<string> => cluster.kubectl(["get", "node", name, "--output", `jsonpath={${path}}`]);
  const wait = (condition: string, ...words: readonly string[]): Promise<string> =>
    cluster.kubectl(["wait", `--for=${condition}`, "--timeout=120s", ...words]);

  describe("by cloud-init, with what a closed loop kept", () => {
    const SPACE = "unattended";
    const MODE = "flannel-host-gw";
    const TUNINGS_UNIT = "podwire-tunings.service";
    let machine: NodeMachine;
    let documents: ReturnType<typeof rendered>;
    let before: unknown;
    const valuesHere = HERE.map((path) => readFileSync(path, "utf8"));

    const seedFiles = (): readonly DiskFile[] =>
      ["user-data", "meta-data", "network-config"].map((name) =>
        textFile(`/var/lib/cloud/seed/nocloud/${name}`, textOf(documents, `${WORKER}/seed/${name}`), 0o600),
      );

    beforeAll(async () => {
      const asked = { nodes: NODES, cluster: clusterFile(cluster, WORKER_TOKEN) };
      documents = rendered(MODE, "cloud-init", { ...asked, tuning: keptOf(MODE) });
      await cluster.kubectl(["apply", "--filename", "-"], textOf(documents, "cluster/nodes.yaml"));
      // The other node has its half of the routes by the same variant.
      const script = textOf(rendered(MODE, "iproute2", asked), "node-1/podwire-network.sh");
      await cluster.runIn("node-1", ["sh", "-s"], script);
      machine = await machineOf(WORKER, [
        programFile("/opt/kube", join(cluster.description.components, "kube")),
        textFile("/usr/bin/kubelet", '#!/bin/sh\nexec /opt/kube kubelet "$@"\n', 0o755),
        ...UDEV_OF_THE_NETWORK,
        ...seedFiles(),
      ]);
    }, TEST_MS);

    /** What stands of what the closed loop kept, once its unit is through, and udev with what the unit asked of it. */
    async function kept(): Promise<object> {
      await until(TUNINGS_UNIT, async () =>
        (await machine.run(["systemctl", "is-active", TUNINGS_UNIT])) === "active\n" ? true : undefined,
      );
      await machine.run(["udevadm", "settle"]);
      return keptIn((argv) => machine.run(argv));
    }

    /** What must be the same at each boot. */
    const state = async (): Promise<object> => ({
      node: await cluster.kubectl(["get", "node", WORKER, "--output", "jsonpath={.metadata.uid} {.spec.podCIDRs} {.status.addresses}"]),
      routes: (await machine.run(["ip", "route"]))
        .split("\n")
        .filter((line) => line !== "")
        .sort(),
      links: (await machine.run(["ip", "-br", "address", "show", "to", "198.18.0.0/15"])).replaceAll(/@if\d+| +(?= )/g, ""),
      sysctls: await machine.run(["sysctl", "net.ipv4.ip_forward", "net.bridge.bridge-nf-call-iptables"]),
      resolver: await machine.run(["resolvectl", "dns", "eth0"]),
      kept: await kept(),
      running: await machine.run(["systemctl", "is-active", ...WORKER_UNITS]),
      failed: await machine.run(["systemctl", "list-units", "--failed", "--plain", "--no-legend"]),
    });

    /** The server on the worker is there again; kubelet counts how often it was started. */
    async function served(starts: number): Promise<void> {
      await wait(`jsonpath={.status.containerStatuses[0].restartCount}=${String(starts)}`, "pod/on-worker", "--namespace", SPACE);
      await wait("condition=Ready", "pod/on-worker", "--namespace", SPACE);
      await wait("condition=Ready", `node/${WORKER}`);
    }

    const addressOf = (pod: string): Promise<string> =>
      cluster.kubectl(["get", "pod", pod, "--namespace", SPACE, "--output", "jsonpath={.status.podIP}"]);

    /** The worker's page, read by the pod on the other node: a pod is ready before its server listens, and for a while has the address of the boot before. */
    const pageOnWorker = (): Promise<string> =>
      until("the page of the pod on the worker", async () => {
        const page = await pageFrom(cluster, SPACE, "on-node", await addressOf("on-worker"));
        return page === "" ? undefined : page;
      });

    /** A pod on the worker asks the server on the other node, and looks whose names it may ask for. */
    async function asks(name: string): Promise<void> {
      const question = `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 5 ${await addressOf("on-node")} 80 | grep '${PAGE.trim()}'`;
      const command = ["sh", "-c", `grep 'nameserver ${FABRIC.address}' /etc/resolv.conf && ${question}`];
      const container = { name: "main", image: BUSYBOX_IMAGE, imagePullPolicy: "Never", command };
      const spec = { nodeName: WORKER, restartPolicy: "Never", dnsPolicy: "Default", containers: [container] };
      const pod = JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name }, spec });
      await cluster.kubectl(["create", "--namespace", SPACE, "--filename", "-"], pod);
      await wait("jsonpath={.status.phase}=Succeeded", `pod/${name}`, "--namespace", SPACE);
    }

    test(
      "a worker with the seed alone joins, is Ready with its PodCIDR within a minute of that, and has what was kept",
      async () => {
        await machine.boot();
        await wait("jsonpath={.status.nodeInfo.kubeletVersion}", `node/${WORKER}`);
        await cluster.kubectl(["wait", "--for=condition=Ready", "--timeout=60s", `node/${WORKER}`]);
        expect(await node(WORKER, ".spec.podCIDRs")).toBe('["198.19.7.0/24"]');
        expect(await machine.run(["cloud-init", "status", "--wait"])).toContain("status: done");
        expect(await kept()).toEqual(KEPT);
      },
      TEST_MS,
    );

    test(
      "its pods reach others and are reached",
      async () => {
        const pods = [
          ["on-worker", WORKER],
          ["on-node", "node-1"],
        ].flatMap(([name = "", on = ""]) => podManifests({ name, node: on, serves: true }));
        await createReady(cluster, SPACE, pods);
        expect(await addressOf("on-worker")).toMatch(/^198\.19\.7\./);
        expect(await pageFrom(cluster, SPACE, "on-node", await addressOf("on-worker"))).toBe(PAGE);
        await asks("first");
        before = await state();
        expect(before).toMatchObject({ resolver: expect.stringContaining(FABRIC.address) as string, failed: "" });
      },
      TEST_MS,
    );

    test(
      "has the same state after a second boot",
      async () => {
        await machine.off();
        await machine.boot();
        await served(1);
        expect(await state()).toEqual(before);
        expect(await pageOnWorker()).toBe(PAGE);
        await asks("second");
      },
      TEST_MS,
    );

    test(
      "and after a third as another instance, to which cloud-init does its work once more",
      async () => {
        await machine.off();
        const metaData = textOf(documents, `${WORKER}/seed/meta-data`);
        machine.write([
          textFile("/var/lib/cloud/seed/nocloud/meta-data", metaData.replace(/^instance-id: .*$/m, "instance-id: another"), 0o600),
        ]);
        await machine.boot();
        expect(await machine.run(["cloud-init", "status", "--wait"])).toContain("status: done");
        expect(await machine.run(["cloud-init", "query", "instance_id"])).toBe("another\n");
        await served(2);
        expect(await state()).toEqual(before);
        expect(await pageOnWorker()).toBe(PAGE);
        await asks("third");
      },
      TEST_MS,
    );

    test("this machine's own values are what they were", () => {
      expect(HERE.map((path) => readFileSync(path, "utf8"))).toEqual(valuesHere);
    });
  });

  describe("by coreos-cloudinit, with kubelet 1.2.4", () => {
    const SPACE = "old";
    /** A network namespace on cbr0, as docker makes one for a container. */
    const CONTAINER = "container";
    const inContainer = ["nsenter", `--net=/run/netns/${CONTAINER}`];
    const PAGE_FILE = "/srv/page";
    let machine: NodeMachine;
    let before: unknown;

    beforeAll(async () => {
      const [programs, kubelet] = [await ensureNodeDocumentPrograms(say), await ensureOldKubelet(say)];
      const documents = rendered("gce", "coreos-cloud-config", { nodes: OLD_NODES, cluster: clusterFile(cluster, OLD_TOKEN) });
      machine = await machineOf(OLD_WORKER, [
        programFile("/usr/bin/coreos-cloudinit", join(programs, "coreos-cloudinit")),
        programFile("/opt/podwire/kubelet", join(kubelet, "kubelet")),
        // docker of that day was one program.
        textFile("/usr/bin/docker", '#!/bin/sh\nshift\nexec /usr/sbin/dockerd "$@"\n', 0o755),
        textFile("/etc/cloud/cloud-init.disabled", ""),
        textFile("/etc/systemd/system/user-cloudinit.service", USER_CLOUDINIT),
        textFile("/etc/systemd/system/multi-user.target.d/user-cloudinit.conf", "[Unit]\nWants=user-cloudinit.service\n"),
        textFile("/var/lib/coreos-install/user_data", textOf(documents, `${OLD_WORKER}/user-data`), 0o600),
        textFile(PAGE_FILE, `HTTP/1.0 200 OK\r\n\r\n${PAGE}`),
      ]);
      await createReady(cluster, SPACE, podManifests({ name: "on-node", node: "node-1", serves: true }));
    }, MAKING_MS);

    const cidr = (): Promise<string> => node(OLD_WORKER, ".spec.podCIDR");
    const inCidr = async (last: number): Promise<string> => (await cidr()).replace(/\.0\/24$/, `.${String(last)}`);
    const heartbeat = (): Promise<string> => node(OLD_WORKER, '.status.conditions[?(@.type=="Ready")].lastHeartbeatTime');

    /** cbr0 with its rule, docker on it, and a Ready that kubelet has said later than the heartbeat before. */
    async function standing(earlier: string): Promise<void> {
      const gateway = await inCidr(1);
      await until("cbr0", async () =>
        (await machine.run(["ip", "address", "show", "cbr0"])).includes(` ${gateway}/24 `) ? true : undefined,
      );
      await until("its rule", async () => ((await rules()).includes("MASQUERADE") ? true : undefined));
      await machine.journalLine("docker.service", /API listen on/);
      await until("a heartbeat", async () => ((await heartbeat()) === earlier ? undefined : true));
      await wait("condition=Ready", `node/${OLD_WORKER}`);
    }

    const rules = (): Promise<string> => machine.run(["iptables-save", "-t", "nat"]);

    /** What must be the same at each boot. */
    const state = async (): Promise<object> => ({
      node: await cluster.kubectl(["get", "node", OLD_WORKER, "--output", "jsonpath={.metadata.uid} {.spec.podCIDR} {.status.addresses}"]),
      bridge: (await machine.run(["ip", "-4", "-br", "address", "show", "cbr0"])).trim().split(/ +/).at(-1),
      rules: (await rules()).split("\n").filter((line) => line.includes("MASQUERADE")),
      failed: await machine.run(["systemctl", "list-units", "--failed", "--plain", "--no-legend"]),
    });

    /** Puts the container there, with a server. */
    async function container(): Promise<void> {
      const commands = [
        `ip netns add ${CONTAINER}`,
        `ip link add to-${CONTAINER} type veth peer name eth0 netns ${CONTAINER}`,
        `ip link set to-${CONTAINER} master cbr0 up`,
        `ip -n ${CONTAINER} address add ${await inCidr(200)}/24 dev eth0`,
        `ip -n ${CONTAINER} link set eth0 up`,
        `ip -n ${CONTAINER} route add default via ${await inCidr(1)}`,
      ];
      for (const command of commands) await machine.run(command.split(" "));
      const server = ["socat", "TCP-LISTEN:80,reuseaddr,fork", `SYSTEM:read line && cat ${PAGE_FILE}`];
      await machine.run(["systemd-run", "--quiet", ...inContainer, ...server]);
    }

    /** A pod of the other node and the container, each with the other's page. Servers listen a moment after they were started. */
    async function exchange(): Promise<void> {
      const address = await inCidr(200);
      const theirs = await until("the container's page", async () => {
        const page = await pageFrom(cluster, SPACE, "on-node", address).catch(() => "");
        return page === "" ? undefined : page;
      });
      expect(theirs).toBe(PAGE);
      const pod = await cluster.kubectl(["get", "pod", "on-node", "--namespace", SPACE, "--output", "jsonpath={.status.podIP}"]);
      const question = `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | socat -t 5 - TCP:${pod}:80`;
      expect(await machine.run([...inContainer, "sh", "-c", question])).toContain(PAGE);
    }

    test(
      "without a PodCIDR it prints the ticket's line, and podwire names the cause and the controller's two flags",
      async () => {
        // A controller without --allocate-node-cidrs gives none either.
        await cluster.kill("kube-controller-manager");
        await machine.boot();
        expect(await machine.journalLine("kubelet.service", /PodCIDR not set/)).toContain(NO_POD_CIDR);
        const journal = join(cluster.description.state, `${OLD_WORKER}.journal`);
        writeFileSync(journal, await machine.run(["journalctl", "--boot", "--no-pager", "--unit=kubelet.service"]));
        expect(wordsOf(await execa(PODWIRE, ["import", journal]))).toMatch(
          /the node has no PodCIDR \(seen .*\)\. Fix: controller-manager with --allocate-node-cidrs and --cluster-cidr/,
        );
        await wait("create", `node/${OLD_WORKER}`);
        expect(await node(OLD_WORKER, ".status.nodeInfo.kubeletVersion")).toBe("v1.2.4");
        await until("kubelet's words in the Ready condition", async () =>
          (await node(OLD_WORKER, '.status.conditions[?(@.type=="Ready")].message')).includes("PodCIDR not set") ? true : undefined,
        );
        const inspected = wordsOf(await execa(PODWIRE, ["cluster", "inspect", "--kubeconfig", cluster.kubeconfig]));
        expect(inspected).toMatch(new RegExp(`${OLD_WORKER} is not ready and has no PodCIDR .*${NO_POD_CIDR}`));
        expect(inspected).toContain("kube-controller-manager gives nodes one with --allocate-node-cidrs and --cluster-cidr, both of them");
        await expect(machine.run(["ip", "link", "show", "cbr0"])).rejects.toThrow("does not exist");
      },
      TEST_MS,
    );

    test(
      "with one it makes cbr0 and its rule, docker stands on it, and a container there reaches a pod of the other node and is reached",
      async () => {
        await cluster.restart("kube-controller-manager");
        await wait("jsonpath={.spec.podCIDR}", `node/${OLD_WORKER}`);
        await machine.journalLine("kubelet.service", new RegExp(`${SET_POD_CIDR}${await cidr()}`));
        await standing("");
        expect(await rules()).toContain(CBR0_RULE);
        // The router's side of the same variant.
        const nodes = [CLUSTER_NODE, `- {name: ${OLD_WORKER}, address: 198.18.0.22/24, podCIDRs: [${await cidr()}]}`, ""].join("\n");
        const router = textOf(rendered("gce", "iproute2", { nodes, cluster: clusterFile(cluster, OLD_TOKEN) }), "router/podwire-routes.sh");
        await cluster.runIn(FABRIC_PLACE, ["sh", "-s"], router);
        await container();
        await exchange();
        before = await state();
      },
      TEST_MS,
    );

    test(
      "after a second boot all of it is the same",
      async () => {
        await machine.off();
        const last = await heartbeat();
        await machine.boot();
        await standing(last);
        expect(await state()).toEqual(before);
        await container();
        await exchange();
      },
      TEST_MS,
    );
  });
});

/** What a program printed, however it broke its lines. */
const wordsOf = ({ stdout }: { readonly stdout: string }): string => stdout.replaceAll(/\s+/g, " ");

/** As CoreOS has it, at every boot. */
const USER_CLOUDINIT = [
  "[Unit]",
  "Description=Load cloud-config from /var/lib/coreos-install/user_data",
  "[Service]",
  "Type=oneshot",
  "RemainAfterExit=yes",
  "ExecStart=/usr/bin/coreos-cloudinit -from-file=/var/lib/coreos-install/user_data",
  "",
].join("\n");

/** Roots, programs and clusters that are made take minutes, and say what they do. */
function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
