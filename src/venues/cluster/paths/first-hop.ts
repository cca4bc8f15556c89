/**
 * What raw frames and counters need to know of a path's ends, from iproute2's JSON.
 * @packageDocumentation
 */
import { z } from "zod";
import { type EndSizes, routeSizes } from "../../../model/path-mtu.js";

/** The way from a pod to an address, as the kernel would send now. */
export interface FirstHop {
  readonly device: string;
  readonly sourceMac: string;
  readonly sourceAddress: string;
  readonly destinationMac: string;
  /** Of packets to that address. */
  readonly sizes: EndSizes;
}

/** The orders for `ip -json -batch -` whose answers {@link parseFirstHop} reads. */
export const firstHopBatch = (address: string): string => `route get ${address}\nlink show\nneighbour show\n`;

const routeSchema = z.array(
  z.looseObject({ dst: z.string(), dev: z.string(), gateway: z.string().optional(), prefsrc: z.string().optional() }),
);
const linksSchema = z.array(z.object({ ifname: z.string(), mtu: z.number(), address: z.string().optional() }));
const neighboursSchema = z.array(z.object({ dst: z.string(), dev: z.string().optional(), lladdr: z.string().optional() }));

/** Reads the three answers, one array a line; undefined when something is missing. */
export function parseFirstHop(text: string): FirstHop | undefined {
  const [routes, links, neighbours] = arraysOf(text);
  const route = routeSchema.safeParse(routes).data?.[0];
  const link = linksSchema.safeParse(links).data?.find(({ ifname }) => ifname === route?.dev);
  if (route?.prefsrc === undefined || link?.address === undefined) return undefined;
  const next = route.gateway ?? route.dst;
  const known = neighboursSchema.safeParse(neighbours ?? []).data ?? [];
  // A device without neighbours (the loopback, ipvlan in L3 mode) looks at the IP header only: its own address does as well as any.
  const neighbour = known.find(({ dst, dev }) => dst === next && (dev === undefined || dev === route.dev));
  return {
    device: route.dev,
    sourceMac: link.address,
    sourceAddress: route.prefsrc,
    destinationMac: neighbour?.lladdr ?? link.address,
    sizes: { link: link.mtu, ...routeSizes(route) },
  };
}

const addressesSchema = z.array(z.object({ ifname: z.string(), addr_info: z.array(z.object({ local: z.string().optional() })) }));

/** The device that has an address, from `ip -json address show`. */
export function deviceWith(address: string, text: string): string | undefined {
  const [devices] = arraysOf(text);
  return addressesSchema.safeParse(devices).data?.find((device) => device.addr_info.some(({ local }) => local === address))?.ifname;
}

function arraysOf(text: string): unknown[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("["))
    .map((line): unknown => {
      try {
        return JSON.parse(line);
      } catch {
        return undefined;
      }
    });
}
