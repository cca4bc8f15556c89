/**
 * podwire's own loader of eBPF programs (bpf/loader), as wirings name it and the lab starts it.
 * @packageDocumentation
 */

/** The program. It is compiled from bpf/loader when podwire is set up. */
export const EBPF_LOADER = "podwire-ebpf";
/** Where the one of a lab is reached, on the lab's own tmpfs. */
export const EBPF_SOCKET = "/run/podwire-ebpf.socket";

/** The command that holds a lab's programs for as long as it lives, and with them everything that is loaded by {@link applyingFrom}. */
export const HOLDING = [EBPF_LOADER, "hold", EBPF_SOCKET] as const satisfies readonly [string, ...string[]];

/** The command that loads what it reads, run in a namespace of a wiring. Names in the text are those of the wiring. */
export const applyingFrom = (namespace: string): readonly [string, ...string[]] => [EBPF_LOADER, "apply", EBPF_SOCKET, namespace];

/** The command that prints which programs hang on devices by TCX, in the namespace that it is run in: `tc` lists none of them. */
export const LISTING_TCX = [EBPF_LOADER, "tcx"] as const satisfies readonly [string, ...string[]];

/** The command that prints what programs of a node know of pods, run in that node of a wiring. */
export const showing = (node: string): readonly [string, ...string[]] => [EBPF_LOADER, "show", EBPF_SOCKET, node];
