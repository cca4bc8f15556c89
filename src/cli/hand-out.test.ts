import { describe, expect, test } from "vitest";
import { triedVariant } from "../../test/synthetic/conformance.js";
import { CONFORMANCE_SCHEMA, type Conformance } from "../model/conformance.js";
import type { PacketPath } from "../model/packet-path.js";
import type { CliContext } from "./context.js";
import { deliverConformance } from "./deliver-conformance.js";
import { deliverPath } from "./deliver-path.js";
import { handOut, printText } from "./hand-out.js";

/** What a command prints on a terminal of 60 columns, and which files it writes. */
async function printed(
  utf8: boolean,
  command: (context: CliContext) => unknown,
): Promise<{ readonly out: string; readonly written: readonly string[] }> {
  let out = "";
  const written: string[] = [];
  const context = {
    version: "0.0.0",
    machine: {
      files: {
        writeText: (path: string) => {
          written.push(path);
          return Promise.resolve();
        },
      },
    },
    terminal: {
      out: (text: string) => {
        out += text;
      },
      colour: { out: false, err: false },
      utf8,
      columns: () => 60,
    },
  } as unknown as CliContext;
  await command(context);
  return { out, written };
}

const FORMS = { text: () => "1\u00a0234 ±2 %\n", json: () => '{ "what": "±" }\n' };

describe("what is handed out", () => {
  test("is a text for people in characters that their terminal has", async () => {
    expect((await printed(false, async (context) => handOut({}, FORMS, context))).out).toBe("1 234 +-2 %\n");
    expect((await printed(true, async (context) => handOut({}, FORMS, context))).out).toBe("1\u00a0234 ±2 %\n");
    const { out } = await printed(false, (context) => {
      printText("±\n", context);
    });
    expect(out).toBe("+-\n");
  });

  test("is for programs as it is", async () => {
    expect((await printed(false, async (context) => handOut({ json: true }, FORMS, context))).out).toBe('{ "what": "±" }\n');
  });

  test("is set for the terminal", async () => {
    const text = (setting: object): string => JSON.stringify(setting);
    expect(JSON.parse((await printed(false, async (context) => handOut({}, { text }, context))).out)).toEqual({
      width: 60,
      colour: false,
      utf8: false,
    });
  });
});

describe("the page that was written is named at the end", () => {
  const variants = [triedVariant("gce", { hairpin: "not-offered" }, "no hairpin: 主机 → ±")];
  const conformance: Conformance = { schema: CONFORMANCE_SCHEMA, variants };
  const burst = { connections: 1, answered: 1 };
  const request: PacketPath["request"] = { packet: "tcp 1.2.3.4 > 5.6.7.8", hops: [], ends: "unknown" };
  const path: PacketPath = { schema: "podwire/packet-path@1", variant: "gce", path: "pod-pod", says: "All arrived.", burst, request };
  const flags = { connections: "1" };
  const deliveries: Readonly<Record<string, (html: { readonly html?: string }, context: CliContext) => Promise<unknown>>> = {
    conformance: async (html, context) => deliverConformance(conformance, html, context),
    path: async (html, context) => deliverPath(path, { ...flags, ...html }, context),
  };

  test.each(Object.entries(deliveries))("of %s, and none where none was asked for", async (_, deliver) => {
    const asked = await printed(false, async (context) => deliver({ html: "page.html" }, context));
    expect(asked.written).toEqual(["page.html"]);
    expect(asked.out).toMatch(/\n\nHTML report {2}page\.html\n$/);
    expect(asked.out).toMatch(/^[\n -~]*$/);
    const none = await printed(false, async (context) => deliver({}, context));
    expect(none.written).toEqual([]);
    expect(none.out).not.toContain("HTML report");
  });
});
