import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DecodingReport, LineDecoder, LONGEST_LINE } from "./decode.js";

function decode(chunks: readonly Uint8Array[]): {
  readonly lines: readonly (readonly [string, number])[];
  readonly report: DecodingReport;
} {
  const lines: [string, number][] = [];
  const decoder = new LineDecoder((text, number) => lines.push([text, number]));
  for (const chunk of chunks) decoder.push(chunk);
  return { lines, report: decoder.end() };
}

const texts = (bytes: Uint8Array): readonly string[] => decode([bytes]).lines.map(([text]) => text);
const utf16 = (text: string, big: boolean, mark: boolean): Uint8Array => {
  const whole = Buffer.from(`${mark ? "\ufeff" : ""}${text}`, "utf16le");
  return big ? whole.swap16() : whole;
};

describe("encodings", () => {
  const german = "Durchsatz über 934 Mbit/s\nPod: 465\n";

  test.each([
    ["UTF-8", Buffer.from(german)],
    ["UTF-8 with a mark", Buffer.from(`\ufeff${german}`)],
    ["Latin-1", Buffer.from(german, "latin1")],
    ["UTF-16LE with a mark", utf16(german, false, true)],
    ["UTF-16BE with a mark", utf16(german, true, true)],
    ["UTF-16LE without one", utf16(german, false, false)],
    ["UTF-16BE without one", utf16(german, true, false)],
  ])("%s", (_name, bytes) => {
    expect(texts(bytes)).toEqual(["Durchsatz über 934 Mbit/s", "Pod: 465"]);
  });

  test.each([false, true])("Chinese in UTF-16 (big endian: %s) is known by its mark alone", (big) => {
    expect(texts(utf16("主机之间\n容器之间\n", big, true))).toEqual(["主机之间", "容器之间"]);
  });

  test("a Latin-1 line among UTF-8 ones is reported", () => {
    const { lines, report } = decode([Buffer.concat([Buffer.from("主机\n"), Buffer.from("für\n", "latin1"), Buffer.from("容器\n")])]);
    expect(lines.map(([text]) => text)).toEqual(["主机", "für", "容器"]);
    expect(report.encoding).toBe("UTF-8, some lines Latin-1");
  });
});

describe("lines", () => {
  test("Windows line ends, a missing last one, progress that overwrites itself", () => {
    expect(decode([Buffer.from("a\r\nb\rc\nd")]).lines).toEqual([
      ["a", 1],
      ["b", 2],
      ["c", 2],
      ["d", 3],
    ]);
  });

  test("colours and control characters are taken out", () => {
    const { lines, report } = decode([Buffer.from("\u001b[2;35m====> avg\u001b[0m\nx\u0000\u0000y\n")]);
    expect(lines.map(([text]) => text)).toEqual(["====> avg", "x y"]);
    expect(report.controlLines).toBe(1);
  });

  test("a line without end is cut, and what follows it is read", () => {
    const { lines, report } = decode([Buffer.alloc(LONGEST_LINE, "x"), Buffer.alloc(LONGEST_LINE, "x"), Buffer.from("\nnext\n")]);
    expect(lines.map(([text]) => text.length)).toEqual([LONGEST_LINE, 4]);
    expect(report).toMatchObject({ cutLines: 1, lines: 2, bytes: 2 * LONGEST_LINE + 6 });
  });

  test("chunks make no difference", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 6000 }),
      fc.string({ unit: "binary", maxLength: 3000 }).map((text) => new Uint8Array(Buffer.from(text))),
      fc.string({ maxLength: 3000 }).map((text) => new Uint8Array(Buffer.from(text, "utf16le"))),
    );
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(6000), { maxLength: 6 }), (whole, cuts) => {
        const at = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
        const chunks = at.slice(1).map((end, index) => whole.subarray(at[index], end));
        expect(decode(chunks)).toEqual(decode([whole]));
      }),
    );
  });

  test("nothing at all", () => {
    expect(decode([])).toEqual({ lines: [], report: { bytes: 0, lines: 0, encoding: "UTF-8", cutLines: 0, controlLines: 0 } });
  });
});
