/**
 * Makes this process look like a platform whose WebCrypto has no X25519. Import it before anything
 * else; every test file runs in a realm of its own, so no other file notices.
 *
 * @module
 */
const { subtle } = crypto;
const generateKey = subtle.generateKey.bind(subtle);
const importKey = subtle.importKey.bind(subtle);
const deriveBits = subtle.deriveBits.bind(subtle);

function refuseX25519(algorithm: unknown): void {
  const name = typeof algorithm === "object" && algorithm !== null && "name" in algorithm
    ? algorithm.name
    : algorithm;
  if (name === "X25519") throw new DOMException("no X25519 here", "NotSupportedError");
}

/** The function, but for X25519 a rejection with "not supported", as the platform would give. */
function guarded<F>(
  original: (...args: never[]) => Promise<unknown>,
  algorithmAt: number,
): F {
  return (async (...args: never[]) => {
    refuseX25519(args[algorithmAt]);
    return await original(...args);
  }) as F;
}

subtle.generateKey = guarded(generateKey as (...args: never[]) => Promise<unknown>, 0);
subtle.importKey = guarded(importKey as (...args: never[]) => Promise<unknown>, 2);
subtle.deriveBits = guarded(deriveBits as (...args: never[]) => Promise<unknown>, 0);
