/**
 * Starts a program with the least permissions that it needs for its arguments.
 *
 * Usage: `deno task server [ARGUMENTS]`, `deno task client [ARGUMENTS]`
 *
 * @module
 */
// Before all others: this process may run any program.
import { endTogetherWith } from "../lib/program/no_debugger.ts";

// Only now, because all that is imported above is loaded before any of it runs.
const { leastPermissions } = await import("./least_permissions.ts");
const { fileURLToPath } = await import("node:url");

const [name, ...args] = Deno.args;
if (name !== "server" && name !== "client") throw new Error("name one of: server, client");

const child = new Deno.Command(Deno.execPath(), {
  args: [
    "run",
    "--quiet",
    "--frozen",
    ...leastPermissions(name, args),
    fileURLToPath(new URL(`../${name}.ts`, import.meta.url)),
    ...args,
  ],
}).spawn();
endTogetherWith(child);

// A terminal tells both of Ctrl-C; what is sent to this process alone is handed on.
Deno.addSignalListener("SIGINT", () => {});
if (Deno.build.os !== "windows") {
  for (const signal of ["SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => child.kill(signal));
  }
}

const { code } = await child.status;
Deno.exit(code);
