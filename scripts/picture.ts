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

/** Starts one of the commands as a shell shows it, with a key of 32 times the same byte. */
async function start(command: string, home: string, keyByte: number): Promise<Pty> {
  const keyPair = await x25519KeyPair(new Uint8Array(32).fill(keyByte));
  await Deno.mkdir(home);
  const file = `${home}/identity.pem`;
  await Deno.writeTextFile(file, await encodeKeyFile(keyPair), { mode: 0o600 });
  const [, ...args] = command.split(" ");
  const shell = ["sh", "-c", 'echo "$ $0"; exec "$@"', command, Deno.execPath(), ...args];
  return new Pty(["env", "-u", "NO_COLOR", "-u", "COLORTERM", ...shell], {
    columns: COLUMNS,
    rows: ROWS,
    cwd: fileURLToPath(ROOT),
    env: { X25519_CHAT_HOME: home, DENO_NO_UPDATE_CHECK: "1" },
  });
}

/** A conversation from the first contact on; what both terminals showed of it. */
async function converse(folder: string): Promise<{ server: string; client: string }> {
  await using server = await start(SERVER, `${folder}/server`, 0x12);
  await server.waitFor("Listening");
  await using client = await start(CLIENT, `${folder}/client`, 0x11);
  await client.waitFor(/yes, no/);
  await client.type("yes\r");
  await server.waitFor(/^alice joined/m);
  await client.waitFor(/^alice: *$/m);
  const say = async (from: Pty, nick: string, to: Pty, text: string) => {
    await from.type(`${text}\r`);
    await to.waitFor(`${nick}: ${text}`);
  };
  await say(client, "alice", server, "hi bob, can anybody else read this?");
  await say(server, "bob", client, "only the two of us");
  await client.type("/me waves\r");
  await server.waitFor("alice waves");
  // The last thing on each terminal is the prompt, which waits for the next line.
  await Promise.all([server.waitFor(/\nbob: *\n*$/), client.waitFor(/\nalice: *\n*$/)]);
  return { server: server.output, client: client.output };
}

/** The client's port and the time of day are the only things that differ from run to run. */
function steady(output: string): string {
  return output.replaceAll(/127\.0\.0\.1:(?!12345)\d{5}\b/g, "127.0.0.1:50000")
    .replaceAll(/(?<=\x1b\[2m)\d\d:\d\d(?=\x1b\[22m )/g, "14:05");
}

async function draw(title: string, output: string): Promise<Window> {
  const screen = new Emulator(COLUMNS, ROWS);
  await screen.write(steady(output));
  return { title, screen };
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir();
  try {
    const { server, client } = await converse(folder);
    const windows = [await draw("terminal 1", server), await draw("terminal 2", client)];
    const svg = terminalSvg(windows, "A conversation between server.ts and client.ts");
    await Deno.writeTextFile(new URL("docs/session.svg", ROOT), svg);
    for (const { screen } of windows) screen[Symbol.dispose]();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
