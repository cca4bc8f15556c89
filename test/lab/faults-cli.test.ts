/** A run with planted faults by the real program: a broken variant is a result, last and named, and no failure. */
import { afterAll, describe, expect, test } from "vitest";
import { isRoot } from "./built-lab.js";
import { copyProgram } from "./program.js";

const podwire = copyProgram();
afterAll(podwire.remove);

const BROKEN = "flannel-vxlan+fault.forwarding-off";
const SLOW = "flannel-vxlan+fault.offloads-off";

interface Said {
  readonly ranking: readonly { readonly mode: string; readonly score: number; readonly why: string }[];
  readonly modes: readonly {
    readonly mode: string;
    readonly status: string;
    readonly layers?: readonly { readonly layer: string; readonly fault?: string }[];
    readonly cells: readonly { readonly path: string; readonly status: string }[];
  }[];
}

describe.skipIf(!isRoot)("lab --modes with planted faults", () => {
  test("ranks a broken variant last by its name, and ends well", async () => {
    const modes = `flannel-vxlan,${SLOW},${BROKEN}`;
    const asked = ["lab", "--modes", modes, "--metrics", "tcp-open", "--budget", "8s", "--link", "none", "--json"];
    const { code, stdout, stderr } = await podwire.run(asked);
    expect(code, stderr).toBe(0);
    const said = JSON.parse(stdout) as Said;
    expect(said.ranking.at(-1)).toMatchObject({ mode: BROKEN, score: 0 });
    expect(said.ranking.at(-1)?.why).toMatch(/^Broken: tcp-open and tcp-open\.cpu: the pod-pod path on the open link does not answer/);
    const ofMode = (name: string) => said.modes.find(({ mode }) => mode === name);
    expect(ofMode(BROKEN)).toMatchObject({ status: "broken", layers: [{ layer: "fault.forwarding-off", fault: "broken" }] });
    expect(ofMode(SLOW)?.cells.find(({ path }) => path === "pod-pod")?.status).toBe("measured");
  });

  test("says the same to people", async () => {
    const asked = ["lab", "--modes", `flannel-vxlan,${BROKEN}`, "--metrics", "tcp-open", "--budget", "6s", "--link", "none", "--full"];
    const { code, stdout } = await podwire.run(asked);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`2 +${BROKEN.replaceAll(/[.+]/g, String.raw`\$&`)} +broken`));
  });

  test("names the nearest fault where a name is not known", async () => {
    const { code, stderr } = await podwire.run(["lab", "plan", "flannel-vxlan+fault.offload-off"]);
    expect(code).toBe(2);
    expect(stderr).toContain("fault.offloads-off");
  });

  test("lists the faults as a family of their own", async () => {
    const { stdout } = await podwire.run(["lab", "layers"]);
    expect(stdout).toContain("Faults: what goes wrong, planted on purpose");
    expect(stdout.indexOf("fault.mtu-1400:")).toBeGreaterThan(stdout.indexOf("Faults:"));
  });
});
