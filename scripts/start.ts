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
const { TASK_VARIABLE } = await import("../lib/program_name.ts");
const { fileURLToPath } = await import("node:url");

/** How long after the end of a process its signal may come, in milliseconds. */
const SIGNAL_TIMEOUT = 100;

const [name, ...args] = Deno.args;
if (name !== "server" && name !== "client") end("name one of: server, client");

const child = new Deno.Command(Deno.execPath(), {
  args: [
    "run",
    "--quiet",
    "--frozen",
    ...permissions(name),
    fileURLToPath(new URL(`../${name}.ts`, import.meta.url)),
    ...args,
  ],
  env: { [TASK_VARIABLE]: "1" },
}).spawn();
endTogetherWith(child);

// A terminal tells both of Ctrl-C, and a second one would end the program at once. What is sent to this
// process alone is handed on.
const hasTerminal = [Deno.stdin, Deno.stdout, Deno.stderr].some((stream) => stream.isTerminal());
Deno.addSignalListener("SIGINT", () => {
  if (!hasTerminal) child.kill("SIGINT");
});
if (Deno.build.os !== "windows") {
  for (const signal of ["SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => child.kill(signal));
  }
}

// Ctrl-Z stops the program alone, which may not stop others. The shell sees this job stop when all of it does.
if (hasTerminal && Deno.build.os !== "windows") {
  // The end of each `ps` is such a signal as well.
  let expected = 0;
  Deno.addSignalListener("SIGCHLD", async () => {
    if (expected > 0) return void expected--;
    expected++;
    if (await isStopped(child.pid)) Deno.kill(0, "SIGSTOP");
    // Two signals may have become one.
    setTimeout(() => expected = 0, SIGNAL_TIMEOUT);
  });
}

const { code } = await child.status;
Deno.exit(code);

/** What the program may do. Its paths are those of the folder in which `deno task` was called. */
function permissions(program: "server" | "client"): readonly string[] {
  try {
    // The task itself runs in the folder of deno.json.
    const folder = Deno.env.get("INIT_CWD");
    if (folder) Deno.chdir(folder);
    return leastPermissions(program, args);
  } catch (error) {
    end(error instanceof Error ? error.message : String(error));
  }
}

async function isStopped(pid: number): Promise<boolean> {
  try {
    const ps = new Deno.Command("ps", { args: ["-o", "stat=", "-p", `${pid}`], stderr: "null" });
    const { stdout } = await ps.output();
    return /^\s*T/.test(new TextDecoder().decode(stdout));
  } catch {
    return false;
  }
}

function end(why: string): never {
  console.error(`error: ${why}`);
  Deno.exit(2);
}
