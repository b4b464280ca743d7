/**
 * The environment and the machine, as far as this program may look at them. Nothing here asks for a
 * permission.
 *
 * @module
 */

/** Reads a variable of the environment; `undefined` where it is not set, or must not be read. */
export type ReadVariable = (name: string) => string | undefined;

/** Reads a variable, if that is permitted already: nobody is to be asked in the middle of a chat. */
export function permittedVariable(name: string): string | undefined {
  return mayReadVariable(name) ? Deno.env.get(name) : undefined;
}

/** Whether this program may read a variable without being asked about it. */
export function mayReadVariable(name: string): boolean {
  return Deno.permissions.querySync({ name: "env", variable: name }).state === "granted";
}

/** The machine's network interfaces; `undefined` where they must not be seen, or cannot. */
export function permittedInterfaces(): readonly Deno.NetworkInterfaceInfo[] | undefined {
  try {
    const { state } = Deno.permissions.querySync({ name: "sys", kind: "networkInterfaces" });
    return state === "granted" ? Deno.networkInterfaces() : undefined;
  } catch {
    return undefined;
  }
}
