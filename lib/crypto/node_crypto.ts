import type * as NodeCrypto from "node:crypto";

/**
 * The module `node:crypto`, or `undefined` where the platform has none. The running process is asked for
 * it: a static `import "node:crypto"` would keep the library out of browsers.
 */
export function nodeCrypto(): typeof NodeCrypto | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?(name: string): typeof NodeCrypto | undefined };
  };
  return process?.getBuiltinModule?.("node:crypto");
}
