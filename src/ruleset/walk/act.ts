/**
 * What an action does to a packet, and the words for it.
 * @packageDocumentation
 */
import { formatAddress } from "../../units/address.js";
import type { Action, Hook, Rewriting } from "../ruleset.js";
import type { PacketState } from "./state.js";

/** Actions that change a packet. */
type Change = Extract<Action, { kind: "mark" | "copy-mark" | "nat" | "masquerade" | "redirect" | "untrack" }>;

const ALL = 0xffff_ffffn;

/** The packet after an action. */
export function actOn(action: Action, state: PacketState, hook: Hook): PacketState {
  switch (action.kind) {
    case "mark": {
      const from = action.from === "mark" ? state.mark : state.connectionMark;
      const value = action.and === 0n ? action.xor & ALL : from === undefined ? undefined : ((from & action.and) ^ action.xor) & ALL;
      if (action.to === "connection-mark") return { ...state, connectionMark: value };
      // A mark that is copied from a connection of which nothing is known stays as it was said.
      return value === undefined ? state : { ...state, mark: value };
    }
    case "copy-mark":
      return copied(action, state);
    case "nat":
      return rewritten(action.side, action.rewriting, state);
    case "masquerade":
      return { ...state, masqueraded: true, translated: { ...state.translated, source: true } };
    case "redirect": {
      const port = action.port ?? state.destinationPort;
      // What the machine itself sends is redirected to its loopback address.
      const loopback = state.packet.source.family === "ipv4" ? 0x7f00_0001n : 1n;
      const own = hook === "output" ? { destination: { from: loopback, to: loopback } } : { redirected: true };
      return { ...state, ...own, destinationPort: port, translated: { ...state.translated, destination: true } };
    }
    case "untrack":
      // What comes by lo has its connection already, or has none for good (xt_CT, nft_notrack_eval).
      return state.looped === true ? state : { ...state, untracked: true };
    default:
      return state;
  }
}

function copied({ saves, packetMask, connectionMask }: Extract<Change, { kind: "copy-mark" }>, state: PacketState): PacketState {
  if (saves) {
    const before = state.connectionMark;
    return { ...state, connectionMark: before === undefined ? undefined : (before & (ALL & ~connectionMask)) ^ (state.mark & packetMask) };
  }
  if (state.connectionMark === undefined) return state;
  return { ...state, mark: (state.mark & (ALL & ~packetMask)) ^ (state.connectionMark & connectionMask) };
}

function rewritten(side: "source" | "destination", { address, port }: Rewriting, state: PacketState): PacketState {
  const translated = { ...state.translated, [side]: true };
  return side === "source"
    ? { ...state, source: address ?? state.source, sourcePort: port ?? state.sourcePort, masqueraded: false, translated }
    : {
        ...state,
        destination: address ?? state.destination,
        destinationPort: port ?? state.destinationPort,
        redirected: false,
        translated,
      };
}

/** What an action does, in words. */
export function describeAction(action: Action, { packet: { source }, looped }: PacketState): string {
  switch (action.kind) {
    case "verdict":
      return action.verdict;
    case "jump":
      return `${action.returns ? "jump" : "goto"} ${action.chain}`;
    case "nat": {
      const { address, port } = action.rewriting;
      const range = <T>(one: { from: T; to: T } | undefined, text: (value: T) => string): string =>
        one === undefined ? "" : one.from === one.to ? text(one.from) : `${text(one.from)}-${text(one.to)}`;
      const host = range(address, (value) => formatAddress({ family: source.family, value }));
      const ports = range(port, String);
      const bracketed = source.family === "ipv6" && host !== "" && ports !== "" ? `[${host}]` : host;
      return `${action.side} becomes ${[bracketed, ports].filter((part) => part !== "").join(":")}`;
    }
    case "masquerade":
      return "source becomes the address of the device that it leaves by";
    case "redirect":
      return `destination becomes this machine${action.port === undefined ? "" : `, port ${String(action.port.from)}`}`;
    case "untrack":
      return looped === true ? "changes nothing: whether it is tracked was settled on its way out" : "is not tracked";
    case "look-up":
    case "pass":
    case "reject":
    case "cannot-tell":
    case "mark":
    case "copy-mark":
      return action.text;
  }
}
