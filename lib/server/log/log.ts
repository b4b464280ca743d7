import { UsageError } from "../../errors.ts";
import { Output } from "../../terminal/output/output.ts";
import type { Screen } from "../../terminal/screens/screen.ts";
import type { LogFormat, LogLevelName } from "./log_format.ts";
import { openServerLog, type ServerLog } from "./server_log.ts";

/** Which log the flags ask for. */
export interface LogRules {
  /** Whether no host sits at this server: then there is a log in any case. */
  readonly headless: boolean;
  /** How its lines are written. Default `text`. */
  readonly logFormat: LogFormat | undefined;
  /** What is less serious than this is left out. Default `info`. */
  readonly logLevel: LogLevelName | undefined;
}

/** A server's log, and the way to see it written. */
export interface Log extends ServerLog {
  /** Resolves when all of it has been written. */
  flush(): Promise<void>;
}

/**
 * The log that is asked for, on standard error: always without a host, otherwise where it is
 * asked for.
 *
 * @throws {UsageError} If it would be written into the conversation.
 */
export function openLog(rules: LogRules, screen: Screen): Log | undefined {
  const { headless, logFormat, logLevel } = rules;
  if (!headless && logFormat === undefined && logLevel === undefined) return undefined;
  if (screen.isInteractive && Deno.stderr.isTerminal()) {
    throw new UsageError(
      "usage",
      "the log would be written over the conversation: add --headless, or 2>FILE",
    );
  }
  const output = new Output(Deno.stderr);
  const log = openServerLog({
    format: logFormat ?? "text",
    level: logLevel ?? "info",
    write: (text) => void output.write(text),
  });
  return { ...log, flush: () => output.flush() };
}
