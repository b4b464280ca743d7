/**
 * Stops this program as Ctrl-Z does in a shell, until `fg` continues it.
 *
 * @module
 */

/** How long after a stop the signal that ended it may take to be heard, in milliseconds. */
const CONTINUE_TIMEOUT = 500;

/** The first version of Deno that is known to let a program stop itself without `--allow-run`. */
const STOPS_WITHOUT_PERMISSION = [2, 9];

/** Why this program cannot be stopped, as one sentence; `undefined` if it may be tried. */
export function whyNoStop(): string | undefined {
  if (Deno.build.os === "windows") {
    return "Ctrl-Z does nothing here: Windows cannot suspend programs";
  }
  if (mayRun() || isNewEnough(Deno.version.deno)) return undefined;
  return "Ctrl-Z needs Deno 2.9 or newer, or --allow-run";
}

/**
 * Stops this program, and with the permission to run others its whole job. Give the terminal back
 * first.
 *
 * It is SIGTSTP, which the system drops where no shell would ever continue the program. Nobody
 * may listen for it: Deno does not give a signal its old meaning back.
 *
 * @returns when it goes on, why it was not stopped, as one sentence; `undefined` if it was.
 */
export async function stopThisProgram(): Promise<string | undefined> {
  const { promise: continued, resolve } = Promise.withResolvers<boolean>();
  const hear = () => resolve(true);
  Deno.addSignalListener("SIGCONT", hear);
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    Deno.kill(mayRun() ? 0 : Deno.pid, "SIGTSTP");
    timer = setTimeout(() => resolve(false), CONTINUE_TIMEOUT);
    if (await continued) return undefined;
    return "not suspended: no shell has started this program that could bring it back";
  } catch (error) {
    return `not suspended: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    clearTimeout(timer);
    Deno.removeSignalListener("SIGCONT", hear);
  }
}

function mayRun(): boolean {
  const { state, partial } = Deno.permissions.querySync({ name: "run" });
  return state === "granted" && partial !== true;
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = STOPS_WITHOUT_PERMISSION;
  return major > wantedMajor || major === wantedMajor && minor >= wantedMinor;
}
