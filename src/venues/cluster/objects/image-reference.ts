/**
 * Under which name the agent's image is known.
 * @packageDocumentation
 */

/** The reference of the image that belongs to a version of podwire; `podwire cluster image` makes it under the same one. */
export const agentImage = (version: string): string => `ghcr.io/podwire/agent:${version}`;
