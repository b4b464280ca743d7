/**
 * Keeps the debugger out. From version 2.9.2 on, Deno takes SIGUSR1 for the wish to be debugged: it opens
 * port 9229 to every user of this computer, and whoever connects can read the private key. The signal
 * cannot be taken away from it. But its listeners come first, and what ends the program, which is what
 * the signal is for on every POSIX system, leaves nothing to debug.
 *
 * It is the first thing that a program imports, because no key is read before its turn has come.
 *
 * @module
 */
import { ExitStatus } from "../terminal/events/error_event.ts";

const ENDED = "ended by SIGUSR1, with which Deno would open a debugger to every user here\n";

let child: Pick<Deno.ChildProcess, "kill"> | undefined;

// Windows has no such signal.
if (Deno.build.os !== "windows") Deno.addSignalListener("SIGUSR1", end);

/** Has the signal end this process, too, which says then why. */
export function endTogetherWith(process: Pick<Deno.ChildProcess, "kill">): void {
  child = process;
}

function end(): never {
  try {
    if (child !== undefined) {
      child.kill("SIGUSR1");
      Deno.exit(ExitStatus.interrupted);
    }
    // Until this returns nothing else gets its turn, the debugger included.
    Deno.stderr.writeSync(new TextEncoder().encode(ENDED));
  } catch {
    // Nobody reads it, or it is closed; or the child has ended.
  }
  Deno.exit(ExitStatus.interrupted);
}
