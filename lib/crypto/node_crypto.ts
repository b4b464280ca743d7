import type * as NodeCrypto from "node:crypto";

let loaded: typeof NodeCrypto | undefined;

/**
 * Whether the platform has the module `node:crypto`. Where `process` is an accessor, as in Deno and Node, it
 * is not looked at: Deno makes it at the first look, with much of `node:` behind it, and that takes longer than
 * all else that a program needs before it says its first word.
 */
export function hasNodeCrypto(): boolean {
  const process = Object.getOwnPropertyDescriptor(globalThis, "process");
  if (process?.get !== undefined) return true;
  return process?.value?.getBuiltinModule?.("node:crypto") !== undefined;
}

/** Whether the module is loaded: then what it does takes less time than WebCrypto does. */
export function isNodeCryptoLoaded(): boolean {
  return loaded !== undefined;
}

/**
 * The module `node:crypto`, loaded at the first call. The running process is asked for it: a static
 * `import "node:crypto"` would keep the library out of browsers.
 *
 * @throws {Error} Where the platform has none: ask {@linkcode hasNodeCrypto} first.
 */
export function nodeCrypto(): typeof NodeCrypto {
  if (loaded !== undefined) return loaded;
  const { process } = globalThis as {
    process?: { getBuiltinModule?(name: string): typeof NodeCrypto | undefined };
  };
  loaded = process?.getBuiltinModule?.("node:crypto");
  if (loaded === undefined) throw new Error("this platform has no node:crypto");
  return loaded;
}
