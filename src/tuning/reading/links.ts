/**
 * Links as `ip -json -details` prints them.
 * @packageDocumentation
 */
import { z } from "zod";

const linkSchema = z.object({
  ifindex: z.int(),
  ifname: z.string(),
  flags: z.array(z.string()).default([]),
  mtu: z.int(),
  max_mtu: z.int().optional(),
  txqlen: z.int().default(0),
  master: z.string().optional(),
  link: z.string().optional(),
  link_netnsid: z.int().optional(),
  address: z.string().default(""),
  gso_max_size: z.int().optional(),
  tso_max_size: z.int().optional(),
  parentdev: z.string().optional(),
  linkinfo: z
    .object({
      info_kind: z.string().optional(),
      info_data: z.object({ port: z.int().optional(), link: z.string().optional() }).loose().optional(),
    })
    .optional(),
});
/** A link. */
export type Link = z.infer<typeof linkSchema>;

/** The links in ip's JSON; empty braces, which older versions print for links that were filtered out, are no links. */
export function linksIn(json: string): readonly Link[] {
  const printed: unknown = JSON.parse(json === "" ? "[]" : json);
  const rows = Array.isArray(printed) ? printed : [];
  return rows.flatMap((row) => {
    const read = linkSchema.safeParse(row);
    return read.success ? [read.data] : [];
  });
}

const addressSchema = z.array(z.object({ ifname: z.string().optional(), addr_info: z.array(z.unknown()).optional() }));

/** Names of devices that have addresses, in `ip -json -6 address`. */
export function addressedIn(json: string): ReadonlySet<string> {
  const read = addressSchema.safeParse(JSON.parse(json === "" ? "[]" : json));
  const rows = read.success ? read.data : [];
  return new Set(rows.flatMap(({ ifname, addr_info = [] }) => (ifname !== undefined && addr_info.length > 0 ? [ifname] : [])));
}

const qdiscSchema = z.array(
  z.object({ kind: z.string(), handle: z.string(), dev: z.string().optional(), root: z.boolean().optional() }).loose(),
);

/** Root qdiscs by device, in `tc -json qdisc show`; the kernel's own have the handle `0:`. */
export function rootQdiscsIn(json: string): ReadonlyMap<string, { readonly kind: string; readonly isDefault: boolean }> {
  const read = qdiscSchema.safeParse(JSON.parse(json === "" ? "[]" : json));
  const rows = read.success ? read.data : [];
  return new Map(
    rows.flatMap(({ kind, handle, dev, root }) =>
      root === true && dev !== undefined ? [[dev, { kind, isDefault: handle === "0:" }] as const] : [],
    ),
  );
}
