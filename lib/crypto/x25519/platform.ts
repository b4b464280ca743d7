import type { X25519Implementation } from "./implementation.ts";
import { nodeX25519 } from "./node.ts";

/**
 * X25519 as this platform has it: by `node:crypto`, which is the fastest; by WebCrypto, as in a browser; or in
 * JavaScript, which takes three times as long.
 */
export const platformX25519: X25519Implementation = nodeX25519() ??
  await (await import("./web.ts")).webX25519() ??
  (await import("./noble.ts")).nobleX25519;
