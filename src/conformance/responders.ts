/** Port on which responders answer. */
export const RESPONDER_PORT = 7070;
/** The multicast group that only the pod of the second node joins; of the block for private use (RFC 2365). */
export const GROUP = "239.198.18.1";
