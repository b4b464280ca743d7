/**
 * Makes `docs/session.svg`, the picture in the README, from a real run: both programs on terminals
 * of their own, started as the README says, with keys that are always the same.
 *
 * Usage: `deno task picture`. It needs `script` of util-linux, and port 12345 of this machine.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { x25519KeyPair } from "../lib/crypto/mod.ts";
import { encodeKeyFile } from "../lib/identity/mod.ts";
import { Emulator } from "../tests/support/emulator.ts";
import { Pty } from "../tests/support/pty.ts";
import { terminalSvg, type Window } from "./terminal_svg.ts";

const COLUMNS = 76;
const ROWS = 40;
const ROOT = new URL("../", import.meta.url);

/** The README's two commands, with names, so that a reader sees who is who. */
const SERVER = "deno run -NRWE server.ts --nick bob";
const CLIENT = "deno run -NRWE client.ts --nick alice";

/** A program on a terminal. */
interface Start {
  /** As a shell shows it. */
  readonly command: string;
  /** Arguments that are not shown. */
  readonly hidden: readonly string[];
  readonly home: string;
  /** The private key is 32 times this byte. */
  readonly keyByte: number;
}

async function start({ command, hidden, home, keyByte }: Start): Promise<Pty> {
  const keyPair = await x25519KeyPair(new Uint8Array(32).fill(keyByte));
  await Deno.mkdir(home);
  const file = `${home}/${command === SERVER ? "server" : "identity"}.pem`;
  await Deno.writeTextFile(file, await encodeKeyFile(keyPair), { mode: 0o600 });
  const [, ...args] = command.split(" ");
  const shell = ["sh", "-c", 'echo "$ $0"; exec "$@"', command, Deno.execPath(), ...args];
  const colours = ["env", "-u", "NO_COLOR", "-u", "COLORTERM"];
  return new Pty([...colours, ...shell, ...hidden], {
    columns: COLUMNS,
    rows: ROWS,
    cwd: fileURLToPath(ROOT),
    env: { X25519_CHAT_HOME: home, DENO_NO_UPDATE_CHECK: "1" },
  });
}

/** What both terminals show of a conversation, from the first contact on. */
async function converse(folder: string, hidden: readonly string[]): Promise<readonly string[]> {
  await using server = await start({
    command: SERVER,
    hidden,
    home: `${folder}/server`,
    keyByte: 0x12,
  });
  await server.waitFor(LISTENING);
  const [, address = ""] = LISTENING.exec(server.screen().join("\n")) ?? [];
  await using client = await start({
    command: CLIENT,
    hidden: hidden.length === 0 ? [] : [address],
    home: `${folder}/client`,
    keyByte: 0x11,
  });
  await client.waitFor(/yes\/no/);
  await client.type("yes\r");
  // What is typed before all is shown, with the prompt behind it, would stand elsewhere.
  await Promise.all([rest(server, "alice joined.", "bob"), rest(client, "Here is bob.", "alice")]);
  const say = async (from: Pty, nick: string, to: Pty, other: string, text: string) => {
    await from.type(`${text}\r`);
    const said = `${nick}: ${text}`;
    await Promise.all([rest(from, said, nick), rest(to, said, other)]);
  };
  await say(client, "alice", server, "bob", "hi bob, can anybody else read this?");
  await say(server, "bob", client, "alice", "only the two of us");
  await client.type("/me waves\r");
  await Promise.all([
    rest(server, "alice waves", "bob"),
    rest(client, "alice waves", "alice"),
  ]);
  return [server, client].map(({ output }) => steady(output, address));
}

/** Waits until a terminal shows a row that ends so, the empty prompt in the next one, and no more. */
async function rest(terminal: Pty, shown: string, nick: string): Promise<void> {
  await terminal.waitFor((screen) => {
    const [row = "", prompt = ""] = screen.map((row) => row.trimEnd()).filter(Boolean).slice(-2);
    return row.endsWith(shown) && prompt === `${nick}:`;
  }, `${shown}, and the prompt`);
}

const LISTENING = /\b(127\.0\.0\.1:\d+)\b/;

/** Ports and the time of day are all that differs from run to run. */
function steady(output: string, address: string): string {
  return output.replaceAll(address, "127.0.0.1:12345")
    .replaceAll(/127\.0\.0\.1:(?!12345)\d{5}\b/g, "127.0.0.1:50000")
    .replaceAll(/(?<=\x1b\[2m)\d\d:\d\d(?=\x1b\[22m )/g, "14:05");
}

/**
 * Runs both programs, and draws their terminals.
 *
 * @param hidden Arguments for the server that the picture does not show, such as another port.
 */
export async function picture(hidden: readonly string[] = []): Promise<string> {
  const folder = await Deno.makeTempDir();
  using screens = new DisposableStack();
  try {
    const windows: Window[] = [];
    for (const output of await converse(folder, hidden)) {
      const screen = screens.use(new Emulator(COLUMNS, ROWS));
      await screen.write(output);
      windows.push({ title: `terminal ${windows.length + 1}`, screen });
    }
    return terminalSvg(windows, "A conversation between server.ts and client.ts");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await Deno.writeTextFile(new URL("docs/session.svg", ROOT), await picture());
