import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExecEnding, Kubernetes } from "../../src/machine/kubernetes/port.js";
import type { Cluster } from "./fixture.js";
import { Kubeconfigs } from "./kubeconfigs.js";
import { createReady, podManifests } from "./pods.js";
import { CLUSTER_START_MS, sharedCluster } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";
import { wayTo } from "./way.js";

const unavailable = await clusterUnavailable();
const SPACE = "exec";

describe.skipIf(unavailable !== undefined)(`programs in pods (${unavailable ?? "of a real cluster"})`, () => {
  let cluster: Cluster;
  let kubeconfigs: Kubeconfigs;
  let kubernetes: Kubernetes;

  beforeAll(async () => {
    cluster = await sharedCluster({ network: "flannel-vxlan" });
    kubeconfigs = new Kubeconfigs(cluster);
    kubernetes = kubeconfigs.open();
    await createReady(cluster, SPACE, podManifests({ name: "pod", node: "node-1" }));
  }, CLUSTER_START_MS);

  afterAll(async () => {
    kubeconfigs.remove();
    await cluster.kubectl(["delete", "namespace", SPACE]);
  });

  const target = (...argv: readonly [string, ...string[]]): Parameters<Kubernetes["exec"]>[0] => ({
    namespace: SPACE,
    pod: "pod",
    container: "main",
    argv,
  });

  async function run(...argv: readonly [string, ...string[]]): Promise<ExecEnding & { readonly lines: readonly string[] }> {
    const lines: string[] = [];
    const ending = await kubernetes.exec(target(...argv), (line) => lines.push(line)).ended;
    return { ...ending, lines };
  }

  test("lines of standard output, standard error apart, and the exit code", async () => {
    expect(await run("sh", "-c", "echo one; echo two >&2; echo drei-ß; exit 3")).toEqual({
      exitCode: 3,
      signal: undefined,
      stderr: "two\n",
      lines: ["one", "drei-ß"],
    });
    expect(await run("true")).toEqual({ exitCode: 0, signal: undefined, stderr: "", lines: [] });
    expect(await run("sh", "-c", "kill -9 $$")).toMatchObject({ exitCode: 137 });
  });

  test("a hundred thousand lines arrive whole and in order", async () => {
    const { lines, exitCode } = await run("seq", "100000");
    expect(exitCode).toBe(0);
    expect(lines).toEqual(Array.from({ length: 100_000 }, (_, index) => String(index + 1)));
  });

  test("what is sent comes to the program, and the end of its input too", async () => {
    const lines: string[] = [];
    const cat = kubernetes.exec(target("cat"), (line) => {
      lines.push(line);
      if (line === "second") cat.closeInput();
    });
    cat.send("first");
    cat.send("second");
    expect(await cat.ended).toEqual({ exitCode: 0, signal: undefined, stderr: "" });
    expect(lines).toEqual(["first", "second"]);
  });

  test("what is missing is told in the runtime's or the server's words", async () => {
    const missing = await run("no-such-program");
    expect(missing.exitCode).toBeUndefined();
    expect(missing.startError).toMatch(/^cannot run no-such-program in pod exec\/pod: .*(executable file not found|no such file)/);
    const noPod = await kubernetes.exec({ ...target("true"), pod: "nobody" }, () => undefined).ended;
    expect(noPod.startError).toBe(
      `cannot run true in pod ${SPACE}/nobody: pods "nobody" not found; check the name, and that it was not removed meanwhile`,
    );
    expect(noPod.refusal?.problem).toBe("not found");
    const noContainer = await kubernetes.exec({ ...target("true"), container: "other" }, () => undefined).ended;
    expect(noContainer.startError).toContain("container other is not valid for pod pod");
  });

  test("a stream that is cut is told from an exit", async () => {
    const way = await wayTo(kubernetes.server);
    const cuttable = kubeconfigs.open({ cluster: { server: way.url } });
    const program = cuttable.exec(target("sh", "-c", "echo ready; cat"), () => void way.cut());
    const ending = await program.ended;
    expect(ending).toMatchObject({ exitCode: undefined, signal: undefined });
    expect(ending.startError).toBeUndefined();
    expect(ending.cut).toMatch(/^the stream of sh in pod exec\/pod was cut/);
  });

  test("closing it ourselves is a cut too, also before it is there", async () => {
    const program = kubernetes.exec(target("cat"), () => undefined);
    program.kill();
    expect((await program.ended).cut).toBe("the stream of cat in pod exec/pod was cut (podwire closed it)");
  });

  test("a kubelet that is away is said", async () => {
    await cluster.kill("kubelet", "node-1");
    const ending = await kubernetes.exec(target("true"), () => undefined).ended;
    await cluster.restart("kubelet", "node-1");
    expect(ending.startError).toMatch(/^cannot run true in pod exec\/pod: .*connection refused/);
  });
});
