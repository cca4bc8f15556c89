/**
 * Knobs that are files: `/proc/sys`, `/sys/class/net`, and those of the machine.
 * @packageDocumentation
 */
import type { DeviceFileKnob, MachineFileKnob, SysctlKnob } from "../contract.js";
import { fieldsOf, type KnobForm } from "./form.js";

/** A file's name with dots as a path below `/proc/sys`: sysctl(8) swaps dots and slashes, since a device's name may hold a dot. */
export const sysctlPath = (name: string): string => `/proc/sys/${name.replaceAll(/[./]/g, (letter) => (letter === "." ? "/" : "."))}`;

/** The name of a value below `/proc/sys/net/ipv4/conf/` or another folder of devices: `net.ipv4.conf.eth0/5.forwarding` for `eth0.5`. */
export const ofDevice = (folder: string, device: string, value: string): string => `${folder}.${device.replaceAll(".", "/")}.${value}`;

export const SYSCTL: KnobForm<SysctlKnob> = {
  title: ({ name }) => name,
  reading: ({ name }) => ({ file: sysctlPath(name) }),
  valueIn: (_, text) => fieldsOf(text),
  writing: ({ name }, value) => ({ argv: ["sysctl", "-q", "-w", `${name}=${value}`] }),
};

const devicePath = ({ device, file }: DeviceFileKnob): string => `/sys/class/net/${device}/${file}`;

export const DEVICE_FILE: KnobForm<DeviceFileKnob> = {
  title: ({ device, file }) => `${file} of ${device}`,
  reading: (knob) => ({ argv: ["cat", devicePath(knob)], sysfs: true }),
  valueIn: ({ file }, text) => (isMask(file) ? plainMask(text) : fieldsOf(text)),
  writing: (knob, value) => ({ argv: ["tee", devicePath(knob)], stdin: value, sysfs: true }),
};

export const MACHINE_FILE: KnobForm<MachineFileKnob> = {
  title: ({ path }) => path,
  reading: ({ path }) => ({ file: path }),
  valueIn: (_, text) => fieldsOf(text),
  writing: ({ path }, value) => ({ argv: ["tee", path], stdin: value }),
};

const isMask = (file: string): boolean => file.endsWith("_cpus");

/** A mask of CPUs without leading zeros, which the kernel prints as many of as the machine could have CPUs. */
export const plainMask = (text: string): string =>
  text
    .trim()
    .replace(/^[0,]+(?=[\da-f])/i, "")
    .toLowerCase();
