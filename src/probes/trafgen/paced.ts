/**
 * A load of a given number of frames a second that runs until it is ended: trafgen as a resident client behind a pacer.
 *
 * trafgen's own `-b` is no constant load: it sends a whole second's frames at once and sleeps for the rest of the second (0.6.8,
 * observed: 20,000 frames within 20 ms, then 980 ms of nothing). So it floods, and a token bucket on the sending device lets pass
 * what is asked for, 32 frames or a tenth of a millisecond's at a time. Sockets that are full block trafgen, which costs no frame.
 * @packageDocumentation
 */
import type { FrameSize } from "../../model/no-drop.js";
import { milliseconds } from "../../units/quantity.js";
import type { EndpointCommand, Path } from "../../venues/contract.js";
import { CHECK_BYTES, frameText } from "./frame.js";
import { HANDS_OFF } from "./trafgen.js";

/** Frames that the pacer lets pass at once, and the same in seconds: whichever is more. A backlog holds 1000; a timer for each frame would cost the generator half of its rate. */
const BURST_FRAMES = 32;
const BURST_SECONDS = 0.0001;
/** Bytes that wait before the pacer; more than all sockets together can hold, so that it never drops. */
const QUEUE_BYTES = 67_108_864;
/** Faster than any CPU: makes trafgen send by sendto(2), which waits for room in its socket. Its default path gives up when there is none. */
const UNPACED = "1000000000pps";
const CONFIG = "frames.cfg";

/** Sizes of the frames that are sent in turn, octets with the frame check sequence. IMIX is the mix of 7:4:1 that trafgen's help names. */
const FRAMES: Readonly<Record<FrameSize, readonly number[]>> = {
  "64": [64],
  "512": [512],
  "1280": [1280],
  "1518": [1518],
  imix: [64, 570, 64, 64, 570, 64, 1518, 64, 570, 64, 570, 64],
};

/**
 * Sending sockets. A frame that waits in a receiver's backlog still counts against its sender's buffer, and one buffer of 212,992
 * bytes holds 277 of the smallest frames (truesize 768) or 92 full ones (2304): a single socket can never overflow a backlog of 1000, it only waits.
 * So there are as many as hold two backlogs.
 */
const SOCKETS: Readonly<Record<FrameSize, number>> = { "64": 8, "512": 13, "1280": 22, "1518": 22, imix: 11 };

/** The senders of a path: each floods without end, and stays for `lifetimeSeconds` at most. */
export function senders(path: Path, size: FrameSize, lifetimeSeconds: number): readonly EndpointCommand[] {
  const config = FRAMES[size].map((bytes) => frameText(path, bytes - CHECK_BYTES)).join("");
  return Array.from({ length: SOCKETS[size] }, () => ({
    argv: [
      "trafgen",
      ...["--conf", `{files}/${CONFIG}`, "--dev", path.frame.device, "--cpus", "1", "--rate", UNPACED, "--qdisc-path"],
      ...HANDS_OFF,
    ] as const,
    reason: "offer frames as fast as one CPU can; the pacer lets through what is asked for",
    timeout: milliseconds(lifetimeSeconds * 1000),
    files: { [CONFIG]: config },
  }));
}

/** The command that sets the load in frames a second. */
export function paceCommand(path: Path, size: FrameSize, load: number): EndpointCommand {
  const bytes = meanBytes(size);
  const bucket = [
    "rate",
    `${String(Math.round(load * bytes * 8))}bit`,
    "burst",
    `${String(Math.ceil(bytes * Math.max(BURST_FRAMES, load * BURST_SECONDS)))}b`,
  ];
  return tc(["qdisc", "replace", "dev", path.frame.device, "root", "tbf", ...bucket, "limit", `${String(QUEUE_BYTES)}b`], "set the load");
}

/** The command that takes the pacer away: full flood. It fails where there is none. */
export function unpaceCommand(path: Path): EndpointCommand {
  return tc(["qdisc", "delete", "dev", path.frame.device, "root"], "take the pacer away");
}

const tc = (words: readonly string[], reason: string): EndpointCommand => ({
  argv: ["tc", ...words],
  reason,
  timeout: milliseconds(5_000),
});

/** Bytes of a frame as a device counts them, without the frame check sequence. */
function meanBytes(size: FrameSize): number {
  const frames = FRAMES[size];
  return frames.reduce((sum, bytes) => sum + bytes - CHECK_BYTES, 0) / frames.length;
}
