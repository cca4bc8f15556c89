/**
 * What the caller's credentials say of themselves: the API server answers `Unauthorized` and no more.
 * @packageDocumentation
 */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { User } from "@kubernetes/client-node";

/** "the client certificate expired on ...", when that can be seen without the server. */
export function expiryOf(user: User | null, now: Date): string | undefined {
  if (user === null) return undefined;
  return certificateExpiry(user, now) ?? tokenExpiry(user.token, now);
}

function certificateExpiry({ certData, certFile }: User, now: Date): string | undefined {
  try {
    const pem = certFile ? readFileSync(certFile) : certData ? Buffer.from(certData, "base64") : undefined;
    if (pem === undefined) return undefined;
    const { validTo } = new X509Certificate(pem);
    return new Date(validTo) < now ? `the client certificate expired on ${new Date(validTo).toISOString()}` : undefined;
  } catch {
    // Only an explanation is looked for; what is wrong with the file shows in the request itself.
    return undefined;
  }
}

/** The `exp` of a JSON Web Token (RFC 7519 section 4.1.4), in seconds since 1970. */
function tokenExpiry(token: string | undefined, now: Date): string | undefined {
  const payload = token?.split(".")[1];
  if (payload === undefined) return undefined;
  try {
    const { exp } = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as { exp?: unknown };
    if (typeof exp !== "number" || exp * 1000 > now.getTime()) return undefined;
    return `the token expired on ${new Date(exp * 1000).toISOString()}`;
  } catch {
    // Tokens need not be JSON Web Tokens.
    return undefined;
  }
}
