import assert from "node:assert/strict";
import { EXECUTABLES, programCommand, type ProgramName, startClient } from "../support/programs.ts";
import { Pty } from "../support/pty.ts";
import { Home, PERMISSIONS } from "./home.ts";
import { onTerminal, terminalTest } from "./terminals.ts";

const UP = "\x1b[A";
const CTRL = { C: "\x03", D: "\x04", R: "\x12", X: "\x18", E: "\x05", W: "\x17", Y: "\x19" };
const PATIENCE = 60_000;

/** Starts a program that may keep files, on a terminal of 80 columns and 24 rows. */
function withFiles(
  name: ProgramName,
  home: Home,
  args: readonly string[],
  { permissions = PERMISSIONS, env = {} }: {
    permissions?: readonly string[];
    env?: Record<string, string>;
  } = {},
): Pty {
  const { command, env: own } = programCommand(name, permissions);
  const all = [...command, "--home", home.folder, ...args];
  return new Pty(all, { env: { ...own, NO_COLOR: "1", ...env }, timeout: PATIENCE });
}

async function serverWithFiles(
  home: Home,
  args: readonly string[] = [],
  options: { permissions?: readonly string[]; env?: Record<string, string> } = {},
): Promise<Pty> {
  const server = withFiles("server", home, ["--listen", "127.0.0.1:0", ...args], options);
  await server.waitFor("\nhost:", "the server's prompt");
  return server;
}

function addressOf(server: Pty): string {
  const address = server.screen().join("\n").match(/Listening at (\S+)\.\n/)?.[1];
  assert.ok(address !== undefined, server.screen().join("\n"));
  return address;
}

terminalTest("editing: keys that people know from bash", async () => {
  await using server = onTerminal("server", ["--listen", "127.0.0.1:0"]);
  await server.waitFor("\nhost:");
  await server.type("/nonsense one\r");
  await server.waitFor("there is no command /nonsense");
  await server.type("first line\x1b\rsecond" + UP + CTRL.W);
  await server.waitFor("\nhost: line\n  second\n");
  const isAtStart = (screen: string[]) => {
    const { row, column } = server.cursor();
    return screen[row] === "host: line" && column === "▌host: ".length;
  };
  await server.waitFor(isAtStart, "the cursor in the first line");
  await server.type(CTRL.C + CTRL.R + "one");
  await server.waitFor("\n(search) one: /nonsense one\n");
  await server.type("\x07" + CTRL.Y);
  await server.waitFor("\nhost: line\n  second\n");
});

for (const [name, key] of [["Ctrl-C", CTRL.C], ["Ctrl-D", CTRL.D]] as const) {
  terminalTest(`editing: ${name} at the host asks while guests are there`, async () => {
    await using server = onTerminal("server", ["--listen", "127.0.0.1:0"]);
    await server.waitFor("\nhost:");
    const address = addressOf(server);
    await using ann = startClient(address, ["--json", "--nick", "ann"]);
    await using bob = startClient(address, ["--json", "--nick", "bob"]);
    for (const guest of [ann, bob]) await guest.waitForEvent("connected");
    await server.waitFor("bob joined");
    const question = `[2 are here; end the room? ${name} again ends it] host:`;
    await server.type(key);
    await server.waitFor(question);
    // Anything else takes it back.
    await server.type("still here\r");
    await ann.waitForText("still here");
    await server.waitFor((screen) => screen.includes("host:"), "no question");
    await server.type(key);
    await server.waitFor(question);
    await server.type(key);
    assert.equal(await server.status, 0);
    for (const guest of [ann, bob]) assert.equal(await guest.status, 0);
  });
}

terminalTest("editing: a host with --plain is asked as well", async () => {
  await using server = onTerminal("server", ["--plain", "--listen", "127.0.0.1:0"]);
  await server.waitFor(/Listening at (\S+)\.\n/);
  await using guest = startClient(addressOf(server), ["--json"]);
  await guest.waitForEvent("connected");
  await server.waitFor("guest joined");
  await server.type(CTRL.C);
  await server.waitFor("\n1 is here; end the room? Ctrl-C again ends it\n");
  await server.type(CTRL.C);
  assert.equal(await server.status, 0);
});

terminalTest("editing: with nobody there, and with /quit, a host's room ends at once", async () => {
  for (const keys of [CTRL.C, CTRL.D]) {
    await using server = onTerminal("server", ["--listen", "127.0.0.1:0"]);
    await server.waitFor("\nhost:");
    await server.type(keys);
    assert.equal(await server.status, 0);
  }
  await using server = onTerminal("server", ["--listen", "127.0.0.1:0"]);
  await server.waitFor("\nhost:");
  await using guest = startClient(addressOf(server), ["--json"]);
  await guest.waitForEvent("connected");
  await server.waitFor("guest joined");
  await server.type("/quit\r");
  assert.equal(await server.status, 0);
});

terminalTest(
  "editing: a client's Ctrl-C clears what is typed, and leaves when pressed again",
  async () => {
    await using server = onTerminal("server", ["--listen", "127.0.0.1:0"]);
    await server.waitFor("\nhost:");
    const flags = ["--accept-new", addressOf(server), "--nick", "ann"];
    await using client = onTerminal("client", flags);
    await client.waitFor("\nann:");
    await client.type("not yet" + CTRL.C);
    await client.waitFor("\n[cleared, Up brings it back; Ctrl-C again leaves] ann:");
    await client.type(`${UP}!\r`);
    await server.waitFor("ann: not yet!");
    await client.type(`half${CTRL.C}${CTRL.C}`);
    assert.equal(await client.status, 130);
  },
);

terminalTest("editing: what was typed is remembered over runs, but no secret", async () => {
  await using home = new Home();
  {
    await using server = await serverWithFiles(home);
    for (const line of ["/topic one", " /topic secret", "x25519-chat://127.0.0.1:1/abc"]) {
      await server.type(`${line}\r`);
    }
    await server.type("\x1b[200~/topic two\nlines\x1b[201~\r");
    await server.waitFor("host set the topic: two lines");
    await server.type(CTRL.D);
    assert.equal(await server.status, 0);
  }
  const lines = (await home.read("input_history")).split("\n");
  assert.deepEqual(lines.slice(1), ["/topic one", String.raw`/topic two\nlines`, ""]);
  if (Deno.build.os !== "windows") {
    assert.equal(((await Deno.stat(home.path("input_history"))).mode ?? 0) & 0o777, 0o600);
  }
  {
    await using server = await serverWithFiles(home);
    await server.type(UP);
    await server.waitFor("\nhost: /topic two\n  lines\n");
    await server.type(`${UP}${UP}`);
    await server.waitFor("\nhost: /topic one\n");
    await server.type(`${CTRL.C}${CTRL.C}`);
    assert.equal(await server.status, 0);
  }
  {
    await using server = await serverWithFiles(home, ["--no-input-history"]);
    await server.type(`${UP}/topic three\r${UP}`);
    await server.waitFor("\nhost: /topic three\n");
    await server.type(`${UP}!`);
    await server.waitFor("\nhost: /topic three!\n");
    await server.type(`${CTRL.C}${CTRL.C}`);
    assert.equal(await server.status, 0);
  }
  assert.deepEqual((await home.read("input_history")).split("\n"), lines);
});

terminalTest("editing: a client's answers are not remembered", async () => {
  await using home = new Home();
  await using server = onTerminal("server", ["--listen", "127.0.0.1:0"]);
  await server.waitFor("\nhost:");
  await using client = withFiles("client", home, [addressOf(server)]);
  await client.waitFor(/\?.*$/m);
  await client.type("yes\r");
  await client.waitFor("\nguest:");
  await client.type(`hello\r${UP}${UP}`);
  await client.waitFor("\nguest: hello\n");
  await client.type(`${CTRL.C}${CTRL.C}`);
  assert.equal(await client.status, 130);
  assert.deepEqual((await home.read("input_history")).split("\n").slice(1), ["hello", ""]);
});

terminalTest(
  "editing: a damaged input_history is told, left alone, and stops nothing",
  async () => {
    await using home = new Home();
    {
      await using server = await serverWithFiles(home);
      await server.type(CTRL.C);
      await server.status;
    }
    const path = home.path("input_history");
    const damaged = new Uint8Array([0x61, 0x0a, 0x00, 0xff, 0x0a]);
    await Deno.writeFile(path, damaged, { mode: 0o600 });
    await using server = await serverWithFiles(home);
    await server.waitFor(
      /what you type is not remembered:\s+\S+\/input_history,\s+line\s+2:/,
    );
    await server.type("/topic one\r" + CTRL.C);
    assert.equal(await server.status, 0);
    assert.deepEqual(await Deno.readFile(path), damaged);
  },
);

terminalTest("editing: /help keys fits a screen of 24 rows", async () => {
  await using home = new Home();
  await using server = await serverWithFiles(home);
  await server.type("/help keys\r");
  await server.waitFor("A line that begins with a blank is not remembered.");
  await server.waitFor(/\nhost:$/);
  const screen = server.screen();
  assert.ok(screen.some((row) => row.endsWith("/help keys")), screen.join("\n"));
  assert.ok(screen.some((row) => row.includes("Enter            send;")), screen.join("\n"));
  await server.type(CTRL.C);
  assert.equal(await server.status, 0);
});

/** Makes an editor that shows what it got, waits for Enter, and adds a line. */
async function editorIn(home: Home): Promise<string> {
  const path = home.beside("editor");
  const script = `#!/bin/sh
stat -c 'mode %a' "$1"
sed 's/^/got /' "$1"
echo "$1" > ${home.beside("place")}
read -r answer
test "$answer" = fail && exit 3
echo "$answer" >> "$1"
`;
  await Deno.writeTextFile(path, script, { mode: 0o700 });
  return path;
}

terminalTest(
  "editing: /editor makes a draft of what comes back, and removes the file",
  async () => {
    await using home = new Home();
    const editor = await editorIn(home);
    const permissions = [...PERMISSIONS, `--allow-run=${editor}`];
    await using server = await serverWithFiles(home, [], {
      permissions,
      env: { VISUAL: "", EDITOR: `'${editor}'` },
    });
    await using guest = startClient(addressOf(server), ["--json"]);
    await guest.waitForEvent("connected");
    await server.waitFor("guest joined");
    await server.type("/editor some text\r");
    await server.waitFor("mode 600\ngot some text\n");
    // The terminal is the editor's, and what is said meanwhile waits.
    assert.ok((await server.modes()).includes("icanon"));
    await guest.write("meanwhile\n");
    await guest.waitForEvent("delivered");
    assert.doesNotMatch(server.screen().join("\n"), /meanwhile/);
    await server.type("and more\r");
    await server.waitFor(/ guest: meanwhile\nhost: some text\n {2}and more\n/);
    assert.ok((await server.modes()).includes("-icanon"));
    const place = (await Deno.readTextFile(home.beside("place"))).trim();
    await assert.rejects(Deno.stat(place), Deno.errors.NotFound);
    await server.type("\r");
    await guest.waitForText("some text\nand more");

    // The same for the draft; an editor that fails leaves it as it was.
    await server.type(`half${CTRL.X}${CTRL.E}`);
    await server.waitFor("got half\n");
    await server.type("fail\r");
    await server.waitFor(/ended with status 3\nhost: half\n/);
    const left = Array.from(Deno.readDirSync(home.folder), ({ name }) => name);
    assert.deepEqual(left.filter((name) => name.startsWith("draft")), []);
    await server.type("\x03".repeat(3));
    assert.equal(await server.status, 0);
  },
  EXECUTABLES === undefined ? undefined : "an executable has its permissions built in",
);

terminalTest("editing: without the permission /editor says what to type", async () => {
  await using home = new Home();
  await using server = await serverWithFiles(home, [], {
    env: { VISUAL: "nano -w", EDITOR: "ed" },
  });
  await server.type("/editor\r");
  // Executables may look at few variables.
  const editor = EXECUTABLES === undefined ? "nano" : "vi";
  await server.waitFor(
    new RegExp(
      `to open ${editor}, start with: deno run -NRWE\\s+--allow-run=${editor} server\\.ts`,
    ),
  );
  await server.type(CTRL.C);
  assert.equal(await server.status, 0);
});
