import { describe, expect, test } from "vitest";
import { MODES } from "./index.js";
import { withoutOffloads } from "./parts/offloads.js";
import { resolveVariant, UnknownVariantError } from "./variant.js";

const TOPOLOGY = { nodes: 2, mtu: 1500 } as const;

describe("a variant", () => {
  test.each(MODES.map((mode) => [mode.name, mode] as const))("%s is the mode of that name", (name, mode) => {
    expect(resolveVariant(name)).toBe(mode);
  });

  test("with a layer is wired as its mode with that change, under its own name", () => {
    const plain = resolveVariant("flannel-vxlan");
    const cut = resolveVariant("flannel-vxlan+offload-off");
    expect({ ...cut, wire: undefined }).toEqual({ ...plain, name: "flannel-vxlan+offload-off", wire: undefined });
    expect(cut.wire(TOPOLOGY)).toEqual(withoutOffloads(plain.wire(TOPOLOGY)));
    expect(cut.wire(TOPOLOGY)).not.toEqual(plain.wire(TOPOLOGY));
  });

  test("that a whole run changes keeps its name, and is changed once", () => {
    const cut = resolveVariant("macvlan", ["offload-off"]);
    expect(cut.name).toBe("macvlan");
    const twice = resolveVariant("macvlan+offload-off", ["offload-off"]);
    expect(twice.wire(TOPOLOGY)).toEqual(cut.wire(TOPOLOGY));
  });

  test.each([
    ["GCE", "no mode is called GCE", "GCE", "gce"],
    ["", "no mode is called ", "", "host"],
    ["flanel-udp+offload-off", "no mode is called flanel-udp", "flanel-udp", "flannel-udp"],
    ["flannel-udp+offload", "no layer is called offload", "offload", "offload-off"],
    ["flannel-udp+", "no layer is called ", "", "offload-off"],
    ["flannel-udp+toString", "no layer is called toString", "toString", "offload-off"],
  ])("%j is an error that says which part is not known, and what could stand there", (text, message, word, known) => {
    const resolve = (): unknown => resolveVariant(text);
    expect(resolve).toThrow(UnknownVariantError);
    expect(resolve).toThrow(expect.objectContaining({ message, word, known: expect.arrayContaining([known]) as string[] }));
  });
});
