/**
 * The programs on real terminals, for one test after another.
 *
 * @module
 */
import { FEATURE_VARIABLES } from "../../lib/terminal/screens/terminal_features.ts";
import { EXECUTABLES, programCommand, type ProgramName } from "../support/programs.ts";
import { Pty, ptyAvailable } from "../support/pty.ts";

/** How long a test may wait for the screen, in milliseconds. */
const PATIENCE = 60_000;

/** How a terminal is to be. */
export interface TerminalOptions {
  /** Default 100. */
  readonly columns?: number;
  /** Default 40. */
  readonly rows?: number;
  /** Whether colours may be shown, so that `NO_COLOR` is not set. Default false. */
  readonly colours?: boolean;
  /** What the environment tells of the terminal, besides `TERM`; nothing else is known of it. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default the network alone. */
  readonly permissions?: readonly string[];
}

/** Starts a program on a terminal. */
export function onTerminal(
  name: ProgramName,
  args: readonly string[],
  options: TerminalOptions = {},
): Pty {
  const { columns = 100, rows = 40, colours = false, env: terminal = {}, permissions } = options;
  const { command, env } = programCommand(name, permissions);
  const unset = [
    ...(colours ? ["NO_COLOR"] : []),
    // The tests may run on a terminal, too.
    ...FEATURE_VARIABLES,
    // There executables would find one identity, and whoever has the server's is an operator.
    ...(EXECUTABLES === undefined ? [] : ["HOME", "XDG_CONFIG_HOME"]),
  ].flatMap((variable) => ["-u", variable]);
  const set = Object.entries(terminal).map(([variable, value]) => `${variable}=${value}`);
  const start = ["env", ...unset, ...(colours ? [] : ["NO_COLOR=1"]), ...set];
  return new Pty([...start, ...command, ...args], { env, columns, rows, timeout: PATIENCE });
}

/** Starts a client on a terminal, and waits until it has its place. */
export async function joinOnTerminal(
  address: string,
  nick: string,
  args: readonly string[] = [],
  options: TerminalOptions = {},
): Promise<Pty> {
  const pty = onTerminal("client", ["--accept-new", address, "--nick", nick, ...args], options);
  try {
    await pty.waitFor(/^(Here (is|are)|Nobody else is here|\d+ others)/m, "who is there");
    return pty;
  } catch (error) {
    await pty.close();
    throw error;
  }
}

/**
 * Adds a test that needs a terminal.
 *
 * @param whyNot Why these programs cannot do what is tested, if so.
 */
export function terminalTest(
  name: string,
  run: (test: Deno.TestContext) => Promise<void>,
  whyNot?: string,
): void {
  const reason = ptyAvailable ? whyNot : "there is no util-linux script";
  Deno.test({
    name: name + (reason === undefined ? "" : ` (ignored: ${reason})`),
    ignore: reason !== undefined,
    fn: run,
  });
}
