/** Reads XML as strictly as a document without doctype needs: what is not well-formed throws. An oracle for what podwire writes. */

/** An element with its attributes, and its children in order. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
// XML 1.0, production 2. A lone surrogate is no character.
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** The root element of a document. */
export function parseXml(text: string): XmlElement {
  if (FORBIDDEN.test(text)) throw new Error("a character that XML forbids");
  const body = text.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/, "");
  const tokens = body.match(/<[^<>]*>|[^<>]+/g) ?? [];
  if (tokens.join("") !== body) throw new Error("< or > stands where no tag is");
  const root: { children: (XmlElement | string)[] } = { children: [] };
  const open: { name: string; children: (XmlElement | string)[] }[] = [{ name: "", ...root }];
  for (const token of tokens) take(token, open);
  const [document] = open;
  const elements = (document?.children ?? []).filter((child) => typeof child !== "string");
  const [only] = elements;
  if (open.length !== 1 || only === undefined || elements.length !== 1) throw new Error("not exactly one root element that is closed");
  if (document?.children.some((child) => typeof child === "string" && child.trim() !== "") === true)
    throw new Error("text beside the root");
  return only;
}

function take(token: string, open: { name: string; children: (XmlElement | string)[] }[]): void {
  const current = open.at(-1);
  if (current === undefined) throw new Error("closed once too often");
  if (!token.startsWith("<")) {
    current.children.push(unescaped(token));
    return;
  }
  if (token.startsWith("</")) {
    if (token !== `</${current.name}>`) throw new Error(`${token} closes ${current.name}`);
    open.pop();
    return;
  }
  const [, name, attributes = "", selfClosing] = /^<([A-Za-z][\w.-]*)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>$/.exec(token) ?? [];
  if (name === undefined) throw new Error(`${token} is no tag`);
  const element = { name, attributes: attributesOf(attributes), children: [] };
  current.children.push(element);
  if (selfClosing !== "/") open.push(element);
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/\s+([\w:.-]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, unescaped(value)] as const);
  if (new Set(pairs.map(([name]) => name)).size !== pairs.length) throw new Error(`an attribute stands twice in ${text}`);
  return Object.fromEntries(pairs);
}

function unescaped(text: string): string {
  return text.replace(/&([^;]*);?/g, (all, name: string) => {
    const code = /^#(\d+)$/.exec(name)?.[1];
    const character = code === undefined ? ENTITIES[name] : String.fromCodePoint(Number(code));
    if (character === undefined || !all.endsWith(";")) throw new Error(`${all} is no entity`);
    return character;
  });
}
