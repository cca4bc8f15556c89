/**
 * Which of the routes a node would take: the one with the longest prefix.
 * @packageDocumentation
 */
import type { Route } from "./links.js";

/** An address as bits; undefined where the text is none. */
function bitsOf(address: string): string | undefined {
  const groups = address.includes(":") ? groupsOfV6(address) : address.split(".");
  const [radix, width, count] = address.includes(":") ? [16, 16, 8] : [10, 8, 4];
  const numbers = groups?.map((group) => (/^[\da-f]+$/i.test(group) ? Number.parseInt(group, radix) : Number.NaN)) ?? [];
  if (numbers.length !== count || !numbers.every((one) => one < 2 ** width)) return undefined;
  return numbers.map((one) => one.toString(2).padStart(width, "0")).join("");
}

/** Eight groups, with those that `::` leaves out (RFC 4291 section 2.2). */
function groupsOfV6(address: string): readonly string[] | undefined {
  const [head = "", tail, ...more] = address.split("::");
  if (more.length > 0) return undefined;
  const words = (part: string): readonly string[] => (part === "" ? [] : part.split(":"));
  if (tail === undefined) return words(head);
  const zeros = Math.max(0, 8 - words(head).length - words(tail).length);
  return [...words(head), ...Array.from({ length: zeros }, () => "0"), ...words(tail)];
}

/** Bits of the prefix that the address lies in; undefined where it lies outside. `default` has none and is of either family. */
function match(prefix: string, address: string): number | undefined {
  if (prefix === "default") return 0;
  const [base = "", length] = prefix.split("/");
  if (base.includes(":") !== address.includes(":")) return undefined;
  const [wanted, own] = [bitsOf(base), bitsOf(address)];
  if (wanted === undefined || own === undefined) return undefined;
  const bits = length === undefined ? wanted.length : Number(length);
  return wanted.slice(0, bits) === own.slice(0, bits) ? bits : undefined;
}

/** The route by which the main table leads to an address. Policy routes may say otherwise: what the kernel answers comes first. */
export function routeFor(address: string, routes: readonly Route[]): Route | undefined {
  const fitting = routes.flatMap((route) => {
    const bits = route.table === undefined || route.table === "main" ? match(route.to, address) : undefined;
    return bits === undefined ? [] : [{ route, bits }];
  });
  // Of two with one prefix iproute2 lists the one with the better metric first.
  return fitting.sort((one, other) => other.bits - one.bits)[0]?.route;
}
