import assert from "node:assert/strict";
import {
  EXECUTABLES,
  Lines,
  type Program,
  programCommand,
  runProgram,
  type Server,
  startClient,
} from "../support/programs.ts";
import { Home, onlySentence, PERMISSIONS } from "./home.ts";
import { command, done, HEADLESS, newId } from "./party.ts";
import { joinOnTerminal, terminalTest } from "./terminals.ts";

/** Where a person's server keeps what is said. */
function historyOf(home: Home): string {
  return home.beside("history.db");
}

/** Starts a server that keeps what is said. */
async function openKept(home: Home, flags: readonly string[] = HEADLESS): Promise<Server> {
  return await home.server([...flags, "--history", historyOf(home)], { stdin: "piped" });
}

/** A client that has its place and has heard what was said before: its first answer comes behind it. */
async function join(server: Pick<Server, "address">, nick: string): Promise<Program> {
  const program = startClient(server.address, ["--json", "--nick", nick]);
  await program.waitForEvent("members");
  await done(program, "nick", { name: nick });
  return program;
}

/** Kills a server, as when the machine loses its power. */
async function kill(server: Server): Promise<void> {
  server.signal("SIGKILL");
  await server.exited;
}

/** Asks for what was said earlier; what was shown of it, and the end of that. */
async function ask(program: Program, name: string, given: Record<string, string | number>) {
  const id = newId();
  await command(program, name, { ...given, id });
  const page = await program.waitForEvent("page", (event) => event.id === id);
  // What was said before it came may still have been on its way when it asked.
  const messages = program.events("message").slice(-page.count);
  return { page, messages: page.count === 0 ? [] : messages };
}

/** The files that belong to a history, joined. */
async function filesOf(home: Home): Promise<Uint8Array> {
  const files: Uint8Array[] = [];
  for (const suffix of ["", "-wal", "-shm", "-journal", ".lock"]) {
    const file = await Deno.readFile(historyOf(home) + suffix).catch(() => undefined);
    if (file !== undefined) files.push(file);
  }
  return Uint8Array.from(files.flatMap((file) => [...file]));
}

/** Whether a text stands in bytes, in UTF-8. */
function holds(bytes: Uint8Array, text: string): boolean {
  // One character a byte, both of them.
  const decode = (part: Uint8Array) => new TextDecoder("latin1").decode(part);
  return decode(bytes).includes(decode(new TextEncoder().encode(text)));
}

Deno.test("history: what was delivered outlives kill -9, and late comers read and find it", async () => {
  await using home = new Home();
  let before;
  {
    await using server = await openKept(home);
    await using ann = await join(server, "sentinel-ann");
    await using bob = await join(server, "bob");
    assert.equal(ann.events("connected")[0].kept, true);
    await done(ann, "topic", { text: "sentinel-topic" });
    await done(ann, "msg", { to: "bob", text: "sentinel-private" });
    for (let number = 1; number <= 30; number++) {
      await ann.write(`${JSON.stringify({ command: "say", text: `sentinel ${number}` })}\n`);
    }
    await bob.waitForText("sentinel 30");
    await done(bob, "me", { text: "waves: 大家你好" });
    assert.equal(await done(ann, "say", { text: "the last words" }), 32);
    // It has said that these are on its disk.
    await kill(server);
    before = ann.events("topic")[0];
  }
  await using server = await openKept(home);
  await using late = await join(server, "late");
  assert.deepEqual(late.events("topic"), [before]);
  const shown = late.events("message");
  assert.ok(shown.every(({ history }) => history));
  assert.deepEqual(shown.map(({ seq }) => seq), Array.from({ length: 32 }, (_, at) => at + 1));
  assert.deepEqual(
    shown.slice(-3).map(({ text, from, action }) => [from.nick, text, action]),
    [
      ["sentinel-ann", "sentinel 30", false],
      ["bob", "waves: 大家你好", true],
      ["sentinel-ann", "the last words", false],
    ],
  );
  assert.equal(await done(late, "say", { text: "goes on" }), 33);

  const last = await ask(late, "history", { count: 20 });
  assert.deepEqual(last.messages.map(({ seq }) => seq).slice(-2), [32, 33]);
  const earlier = await ask(late, "history", { count: 20, before: last.page.before });
  assert.deepEqual([earlier.page.count, earlier.page.before], [13, 0]);
  assert.equal(earlier.messages[0].text, "sentinel 1");
  for (const [words, seq] of [["你好", 31], ["LAST wor", 32], ["sentinel 17", 17]] as const) {
    const { page, messages } = await ask(late, "search", { words });
    assert.deepEqual(messages.map((found) => [found.seq, found.found]), [[seq, words]]);
    assert.deepEqual([page.count, page.before, page.words], [1, 0, words]);
  }
  const nothing = await ask(late, "search", { words: "sentinel-private" });
  assert.deepEqual(nothing.messages, [], "what is private is kept nowhere");
});

Deno.test("history: its files hold nothing of what was said, nor by whom", async () => {
  await using home = new Home();
  await using server = await openKept(home);
  await using ann = await join(server, "sentinel-ann");
  await using bob = await join(server, "sentinel-bob");
  const texts = Array.from({ length: 50 }, (_, index) => `sentinel-said ${index} 大家你好`);
  for (const text of texts) await ann.write(`${text}\n`);
  await done(ann, "msg", { to: "sentinel-bob", text: "sentinel-private" });
  await done(ann, "topic", { text: "sentinel-topic" });
  await bob.waitForText(texts.at(-1) ?? "");
  await done(ann, "say", { text: "sentinel-last" });
  const check = async () => {
    const bytes = await filesOf(home);
    assert.ok(bytes.length > 8192, `${bytes.length} bytes`);
    // As `strings` would.
    const strings = new TextDecoder("latin1").decode(bytes).match(/[\x20-\x7e]{4,}/g) ?? [];
    assert.deepEqual(strings.filter((text) => /sentinel/.test(text)), []);
    for (const text of ["大家你好", "你好", ...texts]) {
      assert.equal(holds(bytes, text), false, text);
    }
    return strings;
  };
  // So that it is known to look at the right files.
  assert.ok((await check()).some((text) => text.includes("CREATE TABLE")));
  await kill(server);
  await check();
  {
    await using again = await openKept(home);
    again.signal("SIGTERM");
    assert.equal(await again.status, 0);
  }
  await check();
  const modes = await Promise.all(
    ["", ".lock"].map(async (suffix) => (await Deno.stat(historyOf(home) + suffix)).mode),
  );
  if (Deno.build.os !== "windows") {
    for (const mode of modes) assert.equal((mode ?? 0) & 0o777, 0o600);
  }
});

Deno.test("history: a file in use, of another identity, or without one that lasts is refused in a sentence", async () => {
  await using home = new Home();
  await using other = new Home();
  const file = historyOf(home);
  const start = async (person: Home) => {
    const flags = ["--listen", "127.0.0.1:0", "--headless", "--history", file];
    const { status, stdout, stderr } = await person.run("server", flags);
    assert.deepEqual([status, stdout], [2, ""], stderr);
    return onlySentence(stderr.split("\n").filter((line) => !/ INFO /.test(line)).join("\n"));
  };
  await using server = await openKept(home);
  assert.equal(await start(home), `${file} is in use by a running server; end that first`);
  // The first one has noticed nothing.
  await using ann = await join(server, "ann");
  await done(ann, "say", { text: "still kept" });
  await kill(server);
  assert.equal(
    await start(other),
    `${file} was written with another identity; name that one with --identity FILE`,
  );
  // An executable has its permissions built in.
  if (EXECUTABLES === undefined) {
    const { status, stderr } = await runProgram("server", ["--history", file]);
    assert.equal(status, 2);
    assert.equal(
      onlySentence(stderr),
      "a history needs a saved identity, but saving is off; run with --allow-read " +
        "--allow-write --allow-env, or name its file with --identity FILE",
    );
  }
  const letter = await home.write("letter", "Dear Ann, this is not a database.\n".repeat(300));
  const wrong = await home.run("server", ["--listen", "127.0.0.1:0", "--history", letter]);
  assert.deepEqual([wrong.status, onlySentence(wrong.stderr)], [2, `${letter} is not a database`]);
  // And the one whose file it is reads it as before.
  await using again = await openKept(home);
  await using late = await join(again, "late");
  assert.deepEqual(late.texts, ["still kept"]);
});

Deno.test("history: without the flag nothing of a conversation touches the disk", async () => {
  await using home = new Home();
  await using server = await home.server(HEADLESS);
  await using ann = await join(server, "ann");
  assert.equal(ann.events("connected")[0].kept, false);
  await done(ann, "say", { text: "sentinel-said" });
  const names = Array.from(Deno.readDirSync(home.folder), ({ name }) => name).sort();
  for (const name of names) {
    assert.doesNotMatch(await home.read(name), /sentinel/);
  }
  assert.ok(names.every((name) => !/history|db/.test(name)), names.join());
});

Deno.test("history: without the flag a server that is killed has forgotten everything, and its members say so", async () => {
  await using home = new Home();
  await using first = await home.server(HEADLESS);
  await using ann = await join(first, "ann");
  await using bob = await join(first, "bob");
  await done(ann, "topic", { text: "lunch" });
  assert.equal(await done(ann, "say", { text: "before" }), 1);
  await bob.waitForText("before");
  await kill(first);
  await Promise.all([ann, bob].map((program) => program.waitForEvent("reconnecting")));
  const id = newId();
  await command(ann, "say", { text: "meanwhile", id });
  await using server = await home.server([...HEADLESS, "--listen", first.address]);
  const forgotten = ({ text }: { text: string }) => text.includes("does not remember");
  for (const program of [ann, bob]) {
    await program.waitForEvent("reconnected");
    await program.waitForEvent("notice", forgotten);
    assert.equal(program.events("notice").filter(forgotten).length, 1);
  }
  // The numbers begin anew, and what was not confirmed is said once.
  assert.equal((await ann.waitForEvent("delivered", (event) => event.id === id)).seq, 1);
  await bob.waitForText("meanwhile");
  await done(bob, "say", { text: "after" });
  await ann.waitForText("after");
  assert.deepEqual(bob.texts, ["before", "meanwhile"]);
  assert.deepEqual(ann.texts, ["after"]);
  for (const program of [ann, bob]) {
    const changes = program.events("member").map(({ change, nick }) => `${nick} ${change}`);
    assert.deepEqual(changes.filter((change) => change.endsWith(" left")), []);
  }
  await using late = await join(server, "late");
  assert.deepEqual(late.texts, ["meanwhile", "after"]);
  assert.deepEqual(late.events("topic"), []);
});

Deno.test("history: a program at a server that keeps it can speak before anybody has come", async () => {
  await using home = new Home();
  const kept = await openKept(home, ["--json"]);
  await using _kept = kept;
  assert.equal(await done(kept, "say", { text: "for whoever comes" }), 1);
  await using ann = await join(kept, "ann");
  assert.deepEqual(ann.texts, ["for whoever comes"]);
  await using other = new Home();
  await using server = await other.server(["--json"], { stdin: "piped" });
  const id = newId();
  await command(server, "say", { text: "for nobody", id });
  const { reason } = await server.waitForEvent("refused", (event) => event.id === id);
  assert.equal(reason, "nobody else is here; the message was not sent");
});

terminalTest(
  "history: a person alone at a server that keeps it is heard by those who come later",
  async () => {
    await using home = new Home();
    const flags = ["--listen", "127.0.0.1:0", "--history", historyOf(home)];
    await using server = home.terminal("server", flags);
    await server.waitFor(/^host:/m);
    const address = server.screen().join("\n").match(/Listening at (\S+)\.\n/)?.[1] ?? "";
    assert.match(server.screen().join(""), /What is said here is kept, encrypted, in /);
    await server.type("note to all\r");
    await server.type("/search NOTE\r");
    await server.waitFor(/^1 message found; /m);
    await using ann = await joinOnTerminal(address, "ann");
    await ann.waitFor(/^\d\d:\d\d host: note to all$/m);
    await ann.type("/quit\r");
    assert.equal(await ann.status, 0);
    await server.type("/quit\r");
    assert.equal(await server.status, 0);
  },
);

Deno.test({
  name: "history: when the disk takes no more, the room goes on, and says that nothing is kept",
  // There files can be limited, which is to a program as if the disk were full.
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using home = new Home();
    const { command: program, env } = programCommand("server", PERMISSIONS);
    const flags = ["--listen", "127.0.0.1:0", ...HEADLESS, "--history", historyOf(home)];
    const limited = `trap "" XFSZ; ulimit -f 1000; exec "$@"`;
    const child = new Deno.Command("sh", {
      args: ["-c", limited, "sh", ...program, ...flags, "--home", home.folder],
      env: { PATH: Deno.env.get("PATH") ?? "", ...env },
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const log = new Lines(child.stderr, Promise.resolve());
    const listening = await log.find((line) => line.includes("Listening at ")) ?? "";
    const server = { address: listening.match(/127\.0\.0\.1:\d+/)?.[0] ?? assert.fail(log.text) };
    const acknowledged: string[] = [];
    try {
      await using ann = await join(server, "ann");
      await using bob = await join(server, "bob");
      const isOver = ({ text }: { text: string }) =>
        text.startsWith("The server cannot keep what is said any more");
      let count = 0;
      while (!ann.events("notice").some(isOver)) {
        const text = `${++count} ${crypto.getRandomValues(new Uint8Array(10_000)).toHex()}`;
        await done(ann, "say", { text });
        if (!ann.events("notice").some(isOver)) acknowledged.push(text);
        assert.ok(count < 200, "the limit counts");
      }
      await bob.waitForEvent("notice", isOver);
      await log.find((line) => line.includes("Nothing is kept any more"));
      // The room goes on for those who talk, in the same order, without a gap or anything twice.
      await done(bob, "say", { text: "and now?" });
      await ann.waitForText("and now?");
      await done(ann, "say", { text: "we go on" });
      await bob.waitForText("we go on");
      assert.equal(bob.texts.length, count + 1);
      // Who comes now hears it as well, and is told that nothing is kept.
      await using late = await join(server, "late");
      assert.equal(late.events("connected")[0].kept, false);
      assert.deepEqual(late.texts.slice(-2), ["and now?", "we go on"]);
    } finally {
      child.kill("SIGKILL");
      await child.status;
      await log.ended;
    }
    assert.ok(acknowledged.length > 5, `${acknowledged.length}`);
    // What was acknowledged before is there.
    await using again = await openKept(home);
    await using reader = await join(again, "reader");
    let before = 0;
    const kept: string[] = [];
    do {
      const { page, messages } = await ask(reader, "history", { count: 100, before });
      kept.unshift(...messages.map(({ text }) => text));
      before = page.before;
    } while (before > 0);
    assert.deepEqual(kept.slice(0, acknowledged.length), acknowledged);
  },
});
