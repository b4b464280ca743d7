/**
 * Starts a program with the least permissions that it needs for its arguments.
 *
 * Usage: `deno task server [ARGUMENTS]`, `deno task client [ARGUMENTS]`
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { leastPermissions } from "./least_permissions.ts";

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

// A terminal tells both of Ctrl-C; what is sent to this process alone is handed on.
Deno.addSignalListener("SIGINT", () => {});
if (Deno.build.os !== "windows") {
  for (const signal of ["SIGTERM", "SIGHUP", "SIGUSR1"] as const) {
    Deno.addSignalListener(signal, () => child.kill(signal));
  }
}

const { code } = await child.status;
Deno.exit(code);
