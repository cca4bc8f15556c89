/**
 * systemd-networkd as the tests start it: which files are its own, and what it says of them.
 * @packageDocumentation
 */
import type { RenderedFile } from "../../src/render/contract.js";

/** A read-only /sys says that there is no udev to wait for. */
export const START_NETWORKD = "mount -t sysfs -o ro sysfs /sys && exec /usr/lib/systemd/systemd-networkd";

/** It says all of it on its standard error. */
export const NETWORKD_ENVIRONMENT = { SYSTEMD_LOG_TARGET: "console", SYSTEMD_LOG_LEVEL: "debug", SYSTEMD_LOG_COLOR: "0" } as const;

/** What it says of a file that it does not understand: it names the file, and mostly the line. */
export const COMPLAINT = /\/run\/systemd\/\S+:.*(?:Unknown|Invalid|Failed|ignoring|Ignoring|without|not valid)/;

/** The line by which it says that a card is as its files want it. */
export const configured = (card: string): string => `${card}: State changed: configuring -> configured`;

/** The files of a node that it reads, by their path below /etc/systemd. */
export const unitsOf = (files: ReadonlyMap<string, RenderedFile>, node: string): ReadonlyMap<string, string> =>
  new Map(
    [...files.values()].flatMap(({ path, text }) =>
      path.startsWith(`${node}/etc/systemd/`) ? [[path.slice(`${node}/etc/systemd/`.length), text] as const] : [],
    ),
  );
