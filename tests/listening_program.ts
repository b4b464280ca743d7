/**
 * A server without a host that says on standard error when somebody first asks for `process`: with that, Deno
 * makes much of `node:`.
 *
 * @module
 */
const made = Object.getOwnPropertyDescriptor(globalThis, "process")?.get;
let isAskedFor = false;
Object.defineProperty(globalThis, "process", {
  configurable: true,
  get() {
    if (!isAskedFor) Deno.stderr.writeSync(new TextEncoder().encode("PROCESS\n"));
    isAskedFor = true;
    return made?.call(globalThis);
  },
});
const { parseServerFlags } = await import("../lib/program/flags/server_flags.ts");
const { readFlags } = await import("../lib/program/start.ts");
const { runServer } = await import("../lib/story/server.ts");
await runServer(await readFlags(parseServerFlags));
