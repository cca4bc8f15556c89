import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { watchShared } from "../scripts/test-places.mjs";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "podwire-shared-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("what comes to a shared folder", () => {
  test("is seen where its name is one of podwire's or of a program that tests start, and was not there before", () => {
    writeFileSync(join(folder, "podwire-before"), "");
    const came = watchShared([folder, join(folder, "nowhere")]);
    expect(came()).toEqual([]);
    mkdirSync(join(folder, ".kube"));
    for (const name of ["podwire-lab-x1", "host.open.node-a", "nginx.pid", "someone-elses"]) writeFileSync(join(folder, name), "");
    expect(came().sort()).toEqual([".kube", "host.open.node-a", "nginx.pid", "podwire-lab-x1"].map((name) => join(folder, name)));
  });

  test("may be the test cluster's cache, which is kept on purpose", () => {
    const before = process.env["PODWIRE_CLUSTER_CACHE"];
    process.env["PODWIRE_CLUSTER_CACHE"] = join(folder, "podwire");
    try {
      const came = watchShared([folder]);
      mkdirSync(join(folder, "podwire"));
      expect(came()).toEqual([]);
    } finally {
      if (before === undefined) delete process.env["PODWIRE_CLUSTER_CACHE"];
      else process.env["PODWIRE_CLUSTER_CACHE"] = before;
    }
  });
});
