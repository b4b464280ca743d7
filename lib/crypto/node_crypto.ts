import type * as NodeCrypto from "node:crypto";

let loaded: typeof NodeCrypto | undefined;

/**
 * Whether the platform has the module `node:crypto`. Deno has it, and is not asked for `process`: it makes that
 * at the first look, with much of `node:` behind it, and that takes longer than all else that a program needs
 * before it says its first word.
 */
export function hasNodeCrypto(): boolean {
  return "Deno" in globalThis || ask() !== undefined;
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
  loaded ??= ask();
  if (loaded === undefined) throw new Error("this platform has no node:crypto");
  return loaded;
}

function ask(): typeof NodeCrypto | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?(name: string): typeof NodeCrypto | undefined };
  };
  return process?.getBuiltinModule?.("node:crypto");
}
