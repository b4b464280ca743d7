/**
 * The one place that knows where the primitives come from.
 *
 * A WebCrypto call costs about 40 µs before it does any work, but the work runs on another thread;
 * `node:crypto` starts in about 2 µs and blocks. So small inputs take the synchronous functions
 * below and large ones WebCrypto. A browser has no `node:crypto`: there `@noble` stands in.
 *
 * @module
 */
import type { SyncFunctions } from "./sync_functions.ts";
import { nodeFunctions } from "./sync_node.ts";

/** From this many bytes on, WebCrypto on another thread is the faster and the fairer choice. */
export const ASYNC_THRESHOLD = 32 * 1024;

/** The synchronous primitives of this platform. */
export const sync: SyncFunctions = nodeFunctions() ??
  (await import("./sync_noble.ts")).nobleFunctions();
