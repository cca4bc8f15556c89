/**
 * A packet's way as a page: the answer, and both directions as tables of hops, each with what was counted.
 * @packageDocumentation
 */
import type { HopRule, PacketHop, PacketPath, PacketWay } from "../../model/packet-path.js";
import { formatCount } from "../../units/format.js";
import { documentText } from "../html/document.js";
import { html, type Markup } from "../markup.js";

/** The page as text. */
export function renderPacketPathHtml(found: PacketPath, podwire: string): string {
  const { variant, cluster, path, says, unread = [], request, reply } = found;
  const where = cluster === undefined ? variant : `${cluster} (wired like ${variant})`;
  const body = html`<header class="top"><p class="eyebrow"><b>podwire</b> packet path</p><h1>${where}, ${path}</h1><p class="detail">${says}</p>${unread.map((one) => html`<p class="partial">${one}</p>`)}</header>
${waySection("request", "There", request)}${reply === undefined ? html`` : waySection("reply", "Back", reply)}`;
  return documentText({
    title: `podwire: the way of a packet, ${where}`,
    podwire,
    body,
    foot: cluster === undefined ? "from the live state of a lab's kernel" : "from the live state of the nodes' kernels",
  });
}

function waySection(id: string, title: string, { packet, hops, loss }: PacketWay): Markup {
  const rows = hops.map((hop, index) => hopRow(hop, hops[index - 1]?.in !== hop.in, loss?.at === index));
  const lost = loss === undefined ? html`` : html`<p class="partial">Lost at ${loss.says}</p>`;
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2><p class="note"><code>${packet}</code></p>${lost}<p class="sideways">The table goes on to the right.</p><div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><thead><tr><th scope="col">namespace</th><th scope="col">hop</th><th scope="col">name</th><th scope="col">what happens</th><th scope="col" class="num">packets</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function hopRow(hop: PacketHop, begins: boolean, isLost: boolean): Markup {
  const { in: name, kind, name: what, says, packet, rules = [], counter, ends } = hop;
  const bad = isLost || (ends !== undefined && ends !== "delivered");
  const dropped = counter === undefined || counter.dropped === 0 ? "" : `, ${formatCount(counter.dropped)} dropped`;
  const number = counter === undefined ? "" : `${counter.what} ${formatCount(counter.packets)}${dropped}`;
  const now = packet === undefined ? html`` : html`<br><code>now ${packet}</code>`;
  return html`<tr><th scope="row">${begins ? name : ""}</th><td>${kind}</td><td>${what}</td><td class="${bad ? "slower" : ""}">${bad ? "✗ " : ""}${says}${rules.map(ruleLine)}${now}</td><td class="num">${number}</td></tr>`;
}

function ruleLine({ table, chain, rule, action, packets }: HopRule): Markup {
  const number = packets === undefined ? "" : ` · ${formatCount(packets)}`;
  return html`<br><code>${table} ${chain}: ${rule} (${action})${number}</code>`;
}
