/**
 * Steps of a wiring, sections and tables as pages of modes and layers have them.
 * @packageDocumentation
 */
import type { Step } from "../../model/wiring.js";
import { restoreText } from "../../modes/parts/ruleset.js";

/** A section with a list; nothing where the list is empty. */
export function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, lines.map((line) => `- ${line}`).join("\n")];
}

/** A step in a cell of a table. */
export function stepText(step: Step): string {
  switch (step.kind) {
    case "link":
      return `link \`${step.name}\` ${step.type}${step.peer === undefined ? "" : ` to \`${step.peer.name}\` in ${step.peer.in}`}`;
    case "link-set":
      return `link \`${step.name}\`: ${step.settings.join(" ")}`;
    case "address":
      return `address \`${step.address}\` on \`${step.device}\``;
    case "route":
      return `route \`${[step.to, ...step.options].join(" ")}\``;
    case "policy-rule":
      return `routing rule \`${step.selector.join(" ")}\``;
    case "neighbour":
      return `neighbour \`${step.address}\` at \`${step.mac}\` on \`${step.device}\``;
    case "fdb":
      return `forwarding entry \`${[step.mac, ...step.options].join(" ")}\` on \`${step.device}\``;
    case "sysctl":
      return `\`${step.name}=${step.value}\``;
    case "ruleset":
      return `${step.tool} rules:<br>${restoreText(step.tables)
        .trim()
        .split("\n")
        .map((line) => `\`${line}\``)
        .join("<br>")}`;
    case "offload":
      return `offload \`${step.features.join(" ")}\` of \`${step.device}\` ${step.on ? "on" : "off"}`;
    case "steering":
      return `\`rps_cpus\` of \`${step.device}\`, queue ${String(step.queue)}: \`${step.cpus}\``;
    case "qdisc":
      return `qdisc \`${step.options.join(" ")}\` on \`${step.device}\``;
    case "redirect":
      return `whatever arrives by \`${step.device}\` leaves by \`${step.to}\``;
    case "tun":
      return `TUN device \`${step.name}\``;
    case "daemon":
      // A shell's script has lines of its own, and a cell of a table is one line.
      return `program ${step.argv
        .join(" ")
        .split("\n")
        .map((line) => `\`${line}\``)
        .join("<br>")}`;
    case "load":
      return `${step.what}, by \`${step.argv.join(" ")}\``;
  }
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", String.raw`\|`)).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
