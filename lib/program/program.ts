import { aborted, Interruption, settledWithin } from "../abort.ts";
import { errorEvent, ExitStatus, exitStatus } from "../terminal/events/error_event.ts";
import { hasNoReader, outputError, writeAll } from "../terminal/output/output.ts";
import { streamWidth } from "../terminal/output/terminal_size.ts";
import { openScreen } from "../terminal/screens/open_screen.ts";
import type { Screen } from "../terminal/screens/screen.ts";
import type { CommonFlags } from "./flags/flags.ts";

/** How long an interrupted program tries to write what is left, in milliseconds. */
const WRITE_TIMEOUT = 1_000;

/** What a program works with. */
export interface ProgramContext<Flags> {
  readonly flags: Flags;
  readonly screen: Screen;
  /** Aborted when the person or the system asks the program to end. */
  readonly signal: AbortSignal;
}

/**
 * Runs a program from its flags to its exit status: opens the screen, and turns whatever is thrown into
 * one sentence.
 *
 * The first Ctrl-C or SIGTERM aborts the program's signal, so that it can say goodbye; a second one
 * ends it at once.
 *
 * @param run The program; it returns its exit status.
 */
export async function runProgram<Flags extends CommonFlags>(
  flags: Flags,
  run: (context: ProgramContext<Flags>) => Promise<number>,
): Promise<never> {
  const isHeadless = "headless" in flags && flags.headless === true;
  const stop = new AbortController();
  const interrupt = (cause = "SIGINT") => {
    if (stop.signal.aborted) Deno.exit(ExitStatus.interrupted);
    stop.abort(new Interruption(cause));
  };
  let outputFailure: Error | undefined;
  let isUnread = false;
  const screen = await openScreen({
    ...flags,
    onInterrupt: () => interrupt(),
    onOutputFailure(error) {
      isUnread = hasNoReader(error);
      if (!isUnread) outputFailure = outputError(error);
      interrupt();
    },
  });
  for (const signal of TERMINATION_SIGNALS) {
    const isIgnored = signal === "SIGHUP" && ignoresHangup(isHeadless);
    Deno.addSignalListener(
      signal,
      isIgnored ? () => {} : () => {
        // A terminal tells all programs that are in front; the editor there is the one that is meant.
        if (signal !== "SIGINT" || !screen.isLent) interrupt(signal);
      },
    );
  }

  // Where nobody reads any more, what is left cannot be written: then an interrupt ends the wait.
  const written = (writing: Promise<void>) => {
    const interrupted = aborted(stop.signal).then(() => settledWithin(writing, WRITE_TIMEOUT));
    return Promise.race([writing, interrupted]);
  };
  let status: number;
  try {
    status = await run({ flags, screen, signal: stop.signal });
  } catch (error) {
    if (stop.signal.aborted) {
      status = ExitStatus.interrupted;
    } else {
      status = exitStatus(error);
      await written(screen.show(errorEvent(error)));
      if (flags.verbose) await showStack(error);
    }
  }
  await written(screen.close());
  if (outputFailure !== undefined) {
    const { tellError } = await import("./tell_error.ts");
    await tellError(outputFailure).catch(() => {});
    status = exitStatus(outputFailure);
  }
  // Nobody needs to be told, but a script should know that not all of it was read.
  if (isUnread && status === ExitStatus.fine) status = ExitStatus.interrupted;
  Deno.exit(status);
}

/** The signals that end a program. Windows knows only the first. */
const TERMINATION_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Whether SIGHUP is to be ignored: by a server without a host that has no terminal either, such as
 * `nohup` starts. The runtime takes the signal whatever was asked for, and does not tell what that was.
 */
function ignoresHangup(isHeadless: boolean): boolean {
  return isHeadless &&
    ![Deno.stdin, Deno.stdout, Deno.stderr].some((stream) => stream.isTerminal());
}

async function showStack(error: unknown): Promise<void> {
  const { stackSentence } = await import("../terminal/sentences/stack_sentence.ts");
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    await writeAll(Deno.stderr, `${stackSentence(cause, streamWidth(Deno.stderr))}\n`);
  }
}
