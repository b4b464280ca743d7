/**
 * The library of the checkout that is measured, by its public entry points.
 *
 * @module
 */

/** `lib/mod.ts` of a checkout. */
export async function library(tree: string): Promise<typeof import("../../lib/mod.ts")> {
  return await import(new URL("lib/mod.ts", tree).href);
}

/** `lib/chat/mod.ts` of a checkout. */
export async function chatLibrary(tree: string): Promise<typeof import("../../lib/chat/mod.ts")> {
  return await import(new URL("lib/chat/mod.ts", tree).href);
}

/** `lib/crypto/mod.ts` of a checkout. */
export async function cryptoLibrary(
  tree: string,
): Promise<typeof import("../../lib/crypto/mod.ts")> {
  return await import(new URL("lib/crypto/mod.ts", tree).href);
}

/** `lib/noise/mod.ts` of a checkout. */
export async function noiseLibrary(tree: string): Promise<typeof import("../../lib/noise/mod.ts")> {
  return await import(new URL("lib/noise/mod.ts", tree).href);
}
