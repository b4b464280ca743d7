import assert from "node:assert/strict";
import { EXECUTABLES, programCommand, startClient } from "../support/programs.ts";
import { command, newId, Party, seen, who } from "./party.ts";

const PAGE = await Deno.readTextFile(new URL("../../docs/script-it.md", import.meta.url));

/** The code block of docs/script-it.md that begins with a comment of this name. */
function codeBlock(name: string): string {
  const block = PAGE.match(new RegExp(`^\`\`\`ts ignore\\n(// ${name}\\n[^]*?)^\`\`\`$`, "m"));
  if (block === null) {
    throw new Error(`docs/script-it.md has no code block that begins with // ${name}`);
  }
  return block[1];
}

/** Ends a process, and waits until it is gone. */
async function end(process: Deno.ChildProcess): Promise<void> {
  try {
    process.kill("SIGTERM");
  } catch {
    // It has ended already.
  }
  await process.status;
}

Deno.test({
  name: "robots: the one in the documents does what is said there",
  // It starts client.ts itself.
  ignore: EXECUTABLES !== undefined,
  async fn() {
    await using party = await Party.open();
    const [ann] = await party.joinAll(["ann"]);
    const folder = await Deno.makeTempDir();
    const script = `${folder}/bot.ts`;
    await Deno.writeTextFile(script, codeBlock("bot.ts"));
    const { env } = programCommand("client");
    const bot = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "-A", script, party.server.address, "--home", `${folder}/home`],
      cwd: new URL("../..", import.meta.url),
      env,
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    try {
      await seen([ann], "clock");
      await ann.write("hello\n!time\n");
      const { text, from } = await ann.waitForEvent("message");
      assert.match(text, /^ann: it is \d{4}-\d\d-\d\dT[\d:.]+Z$/);
      assert.equal(from.nick, "clock");
      // What was said before it came is not for it.
      await ann.write("and again\n!time\n");
      await ann.waitForEvent("message", ({ seq }) => seq === 6);
      assert.equal(ann.texts.length, 2);
    } finally {
      await ann.closeStdin();
      party.server.signal("SIGTERM");
      await party.server.status;
      await end(bot);
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("robots: an id of one's own comes back, delivered or refused", async () => {
  await using party = await Party.open();
  const ann = await party.join("ann");
  const bob = await party.join("bob");
  await seen([ann], "bob");
  const cases: readonly (readonly [string, Record<string, string>])[] = [
    ["say", { text: "of\nseveral lines" }],
    ["me", { text: "waves" }],
    ["msg", { to: "bob", text: "for you alone" }],
    ["nick", { name: "anna" }],
    ["topic", { text: "lunch" }],
    ["nick", { name: "BOB" }],
  ];
  const ids = cases.map(() => newId());
  for (const [index, [name, given]] of cases.entries()) {
    await command(ann, name, { ...given, id: ids[index] });
  }
  // What is private is confirmed when its reader has it, whatever was asked for meanwhile.
  await ann.waitForEvent("refused", ({ id }) => id === ids.at(-1));
  const delivered = await Promise.all(
    ids.slice(0, -1).map((own) => ann.waitForEvent("delivered", ({ id }) => id === own)),
  );
  assert.deepEqual(delivered.map(({ seq }) => seq), [1, 2, 0, 0, 0]);
  assert.equal(ann.events("delivered").length, 5);
  await bob.waitForEvent("topic");
  assert.deepEqual(
    bob.events("message").map(({ id, text, action, private: isPrivate }) =>
      `${id} ${text}${action ? " (action)" : ""}${isPrivate ? " (private)" : ""}`
    ),
    [
      `${ids[0]} of\nseveral lines`,
      `${ids[1]} waves (action)`,
      `${ids[2]} for you alone (private)`,
    ],
  );
});

Deno.test("robots: what was said earlier is read backwards, page by page, and found", async () => {
  await using party = await Party.open(["--history-size", "0"]);
  const ann = await party.join("ann");
  const texts = Array.from({ length: 45 }, (_, index) => `line ${index + 1}`);
  await ann.write(`${texts.join("\n")}\n大家你好\n`);
  await ann.waitForEvent("delivered", ({ seq }) => seq === 46);
  const bob = await party.join("bob");
  const ask = async (name: string, given: Record<string, string | number>) => {
    const id = newId();
    await command(bob, name, { ...given, id });
    return await bob.waitForEvent("page", (page) => page.id === id);
  };
  const all: string[][] = [];
  for (let before = 0, isFirst = true; isFirst || before > 0; isFirst = false) {
    const page = await ask("history", { count: 20, before });
    all.push(bob.texts.splice(0).slice(-page.count));
    assert.equal(all.at(-1)?.length, page.count);
    before = page.before;
  }
  const expected = [...texts, "大家你好"];
  assert.deepEqual(all, [expected.slice(26), expected.slice(6, 26), expected.slice(0, 6)]);
  assert.deepEqual(await ask("search", { words: "你好" }), {
    event: "page",
    count: 1,
    before: 0,
    words: "你好",
    id: bob.events("page").at(-1)?.id,
  });
  const found = bob.events("message").at(-1);
  assert.deepEqual([found?.text, found?.history, found?.found], ["大家你好", true, "你好"]);
});

Deno.test("robots: commands that ask only this side, and the end", async () => {
  await using party = await Party.open();
  const ann = await party.join("ann");
  const bob = await party.join("bob");
  await bob.write("one\ntwo\n");
  await ann.waitForText("two");
  assert.deepEqual((await who(ann)).map(({ nick, you }) => `${nick} ${you}`), [
    "ann true",
    "bob false",
  ]);
  await command(ann, "history", { count: 1 });
  const again = await ann.waitForEvent("message", ({ history }) => history);
  assert.deepEqual(again, { ...ann.events("message")[1], history: true });
  await command(ann, "help", { about: "all" });
  await ann.waitForEvent("notice", ({ text }) => text.includes("/msg TO TEXT"));
  await ann.write('{"command":"quit"}\nnever sent\n');
  assert.equal(await ann.status, 0, ann.stderr.text);
  await seen([bob], "ann", "left");
  assert.deepEqual(bob.texts, []);
});

Deno.test("robots: whatever is no command object is a text, and so is every line without --json", async () => {
  await using party = await Party.host();
  const ann = await party.join("ann");
  const lines = [
    '{"command":"say","text":"cut short',
    '{"text":"no command"}',
    '["command"]',
    '"command"',
    "{}",
    "/quit",
    "plain",
  ];
  await ann.write(lines.map((line) => `${line}\n`).join(""));
  await party.server.waitForText("plain");
  assert.deepEqual(party.server.texts, lines);

  const plain = startClient(party.server.address, ["--nick", "plain"]);
  await using _plain = plain;
  await plain.pipe('{"command":"quit"}\n');
  assert.equal(await plain.status, 0);
  await party.server.waitForText('{"command":"quit"}');

  // The host takes commands as well.
  await party.server.write('{"command":"me","text":"nods"}\n{"command":"quit"}\n');
  assert.equal(await party.server.status, 0);
  assert.equal(await ann.status, 0);
  const heard = ann.events("message").map(({ text, action }) => ({ text, action }));
  assert.deepEqual(heard, [
    { text: '{"command":"quit"}', action: false },
    { text: "nods", action: true },
  ]);
});
