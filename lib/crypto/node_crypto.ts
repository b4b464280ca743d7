import type * as NodeCrypto from "node:crypto";

let loaded: typeof NodeCrypto | undefined;

/**
 * Whether the platform has the module `node:crypto`. Where `process` is an accessor, as in Deno and Node, it
 * is not looked at: Deno makes it at the first look, with much of `node:` behind it, and that takes longer than
 * all else that a program needs before it says its first word. (So Node has to be one with
 * `process.getBuiltinModule`: 20.16, 22.3 or later.)
 */
export function hasNodeCrypto(): boolean {
  const process = Object.getOwnPropertyDescriptor(globalThis, "process");
  return process?.get !== undefined || ask() !== undefined;
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
