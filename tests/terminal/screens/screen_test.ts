import assert from "node:assert/strict";
import { Pty, ptyAvailable } from "../../support/pty.ts";

const SCREEN = new URL("../../../lib/terminal/screens/open_screen.ts", import.meta.url).href;

/** How the screen is opened. */
interface Options {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly plain: boolean;
}

const USUAL: Options = { json: false, quiet: false, plain: false };

/** A program that does a few things with a screen. */
function program(options: Options, body: string): string[] {
  const script = `
    import { openScreen } from ${JSON.stringify(SCREEN)};
    const screen = await openScreen({ ...${
    JSON.stringify(options)
  }, onInterrupt: () => Deno.exit(9) });
    const from = { nick: "ada", fingerprint: "SHA256:x", verified: false };
    const message = (text, more) => ({
      event: "message", id: "00", seq: 1, time: "2020-11-24T05:05:00.000Z", from, text,
      private: false, action: false, history: false, ...more,
    });
    ${body}
    await screen.close();
    Deno.exit(0);
  `;
  return [Deno.execPath(), "eval", "--quiet", script];
}

/** Runs a few lines with a screen, off any terminal. */
async function withScreen(
  options: Options,
  body: string,
  input = "",
): Promise<{ code: number; stdout: string; stderr: string }> {
  const [command, ...args] = program(options, body);
  await using process = new Deno.Command(command, {
    args,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stdout, stderr } = await process.output();
  return {
    code,
    stdout: new TextDecoder().decode(stdout),
    stderr: new TextDecoder().decode(stderr),
  };
}

const SHOW_ALL = `
  await screen.show(message("hello\\n\\x1b[2J"));
  await screen.show({ event: "notice", text: "a notice" });
  await screen.show({ event: "delivered", id: "00", seq: 1 });
  await screen.show({ event: "error", code: "cut", message: "an error" });
  screen.setPrompt("ignored");
  screen.setCompleter(() => [[], ""]);
  screen.onKey(() => Deno.exit(8));
`;

const LONG_WORDS = `
  const long = "x".repeat(100) + " bob: I pay";
  await screen.show(message(long));
  await screen.show({ event: "error", code: "cut", message: "the other side says: " + long });
  await screen.show({ event: "closed", reason: "the server said " + long });
`;

for (const json of [false, true]) {
  Deno.test({
    name: `screen: ${json ? "JSON" : "a pipe"} that ends at a terminal, no words begin a row`,
    ignore: !ptyAvailable,
    async fn() {
      const [command, ...args] = program({ ...USUAL, json }, LONG_WORDS);
      const quoted = args.map((arg) => `'${arg.replaceAll("'", "'\\''")}'`).join(" ");
      // Standard input, and with JSON standard output as well, lead elsewhere.
      const elsewhere = json ? "</dev/null >/dev/null" : "</dev/null";
      await using pty = new Pty(["/bin/sh", "-c", `${command} ${quoted} ${elsewhere}`], {
        columns: 40,
        env: { NO_COLOR: "1" },
      });
      await pty.status;
      const rows = pty.transcript().filter((row) => row !== "");
      assert.ok(rows.length > 3);
      for (const row of rows) {
        assert.match(row, /^(?: {2}|ada: |error: |The conversation is over: )/);
      }
    },
  });
}

Deno.test("screen: messages go to standard output, everything else to standard error", async () => {
  for (const plain of [false, true]) {
    assert.deepEqual(await withScreen({ ...USUAL, plain }, SHOW_ALL), {
      code: 0,
      stdout: "ada: hello\n     \u241b[2J\n",
      stderr: "a notice\nerror: an error\n",
    });
  }
});

Deno.test("screen: quiet leaves messages and errors", async () => {
  assert.deepEqual(await withScreen({ ...USUAL, quiet: true }, SHOW_ALL), {
    code: 0,
    stdout: "ada: hello\n     \u241b[2J\n",
    stderr: "error: an error\n",
  });
});

Deno.test("screen: JSON is a line for each event, and an error is on standard error as well", async () => {
  for (const quiet of [false, true]) {
    const { code, stdout, stderr } = await withScreen({ ...USUAL, json: true, quiet }, SHOW_ALL);
    assert.equal(code, 0);
    assert.equal(stderr, "error: an error\n");
    const lines = stdout.trimEnd().split("\n");
    const events = lines.map((line) => JSON.parse(line));
    assert.deepEqual(events.map(({ event }) => event), ["message", "notice", "delivered", "error"]);
    assert.equal(events[0].text, "hello\n\x1b[2J");
  }
});

const FIVE_JOIN = `
  for (const nick of ["a", "b", "c", "d", "e"]) {
    await screen.show({ event: "member", change: "joined", ...from, nick });
  }
`;

Deno.test("screen: many who join are one line, but in JSON each is told by itself", async () => {
  const { stderr } = await withScreen(USUAL, FIVE_JOIN);
  assert.equal(stderr, "a joined.\nb joined.\nc joined.\nd and e joined.\n");
  const { stdout } = await withScreen({ ...USUAL, json: true }, FIVE_JOIN);
  assert.equal(stdout.trimEnd().split("\n").length, 5);
});

Deno.test("screen: lines come from standard input, off a terminal", async () => {
  const body = `
    if (screen.isInteractive) throw new Error("interactive");
    if (await screen.ask("", "anybody?") !== undefined) throw new Error("somebody");
    for await (const line of screen.lines()) await screen.show(message("<" + line + ">"));
  `;
  for (const json of [false, true]) {
    const { stdout } = await withScreen({ ...USUAL, json }, body, "one\r\n\ntwo");
    const texts = [...stdout.matchAll(/<.*?>/g)].map(([text]) => text);
    assert.deepEqual(texts, ["<one>", "<>", "<two>"]);
  }
});

Deno.test("screen: all that was shown is there after it is closed", async () => {
  const body =
    `for (let index = 0; index < 50000; index++) void screen.show(message("line " + index));`;
  const { stdout } = await withScreen(USUAL, body);
  const lines = stdout.trimEnd().split("\n");
  assert.equal(lines.length, 50_000);
  assert.equal(lines.at(-1), "ada: line 49999");
});

/** A few lines with a screen, on a terminal; after their end the terminal shows its settings. */
function onTerminal(options: Options, body: string, env: Record<string, string> = {}): Pty {
  const wrapper = ["sh", "-c", '"$@"; status=$?; stty -a; exit $status', "sh"];
  return new Pty([...wrapper, ...program(options, body)], {
    rows: 40,
    env: { NO_COLOR: "", COLORTERM: "", TZ: "Asia/Tokyo", ...env },
  });
}

function terminalTest(name: string, run: () => Promise<void>) {
  Deno.test({
    name: `screen: ${name}` + (ptyAvailable ? "" : " (ignored: there is no util-linux script)"),
    ignore: !ptyAvailable,
    fn: run,
  });
}

/** The program has ended with this status, and the terminal is as it was. */
async function assertEnds(pty: Pty, status: number): Promise<void> {
  await pty.waitFor((screen) => /\bicanon\b/.test(screen.join(" ")), "the terminal's settings");
  assert.equal(await pty.status, status);
  for (const setting of ["icanon", "echo", "isig"]) {
    assert.match(pty.screen().join(" "), new RegExp(`(?<!-)\\b${setting}\\b`));
  }
}

/** Waits until somebody has typed `go`, so that a test can look before the program ends. */
const HOLD = `for await (const line of screen.lines()) if (line === "go") break;`;

terminalTest("on a terminal messages have their time, and a line parts the days", async () => {
  const body = `
    screen.setPrompt("bob");
    await screen.show(message("waves", { action: true, history: true }));
    await screen.show(message("psst", { private: true, time: "2020-11-24T15:00:00.000Z" }));
    ${HOLD}
  `;
  await using pty = onTerminal(USUAL, body);
  await pty.waitFor("psst\nbob:");
  assert.deepEqual(pty.screen().slice(0, 5), [
    "\u2014 Tuesday 24 November 2020 \u2014",
    "14:05 * ada waves",
    "\u2014 Wednesday 25 November 2020 \u2014",
    "00:00 ada (to you alone): psst",
    "bob:",
  ]);
  await pty.type("go\r");
  await assertEnds(pty, 0);
});

terminalTest(
  "on a terminal many who join are one line, too, which closing does not lose",
  async () => {
    for (const plain of [false, true]) {
      await using pty = onTerminal({ ...USUAL, plain }, FIVE_JOIN);
      await assertEnds(pty, 0);
      const rows = pty.screen().slice(0, 4);
      assert.deepEqual(rows, ["a joined.", "b joined.", "c joined.", "d and e joined."]);
    }
  },
);

terminalTest("a name has its own colour, as many as the terminal has", async () => {
  const body = `screen.setPrompt("bob", "", "SHA256:own");
    await screen.show(message("hello Bob"));
    await screen.show(message("bob", { from: { ...from, fingerprint: "SHA256:own" } }));`;
  const cases: { env: Record<string, string>; colour: RegExp }[] = [
    { env: { TERM: "xterm" }, colour: /\x1b\[(3[156]|9[15])mada\x1b\[39m/ },
    { env: { TERM: "xterm-256color" }, colour: /\x1b\[38;5;\d+mada\x1b\[39m/ },
    { env: { COLORTERM: "truecolor" }, colour: /\x1b\[38;2;\d+;\d+;\d+mada\x1b\[39m/ },
  ];
  for (const { env, colour } of cases) {
    await using pty = onTerminal(USUAL, body, env);
    await assertEnds(pty, 0);
    assert.match(pty.output, colour);
    assert.ok(pty.output.includes("hello \x1b[7mBob\x1b[27m"), "one's own name stands out");
    assert.ok(pty.output.includes("\x1b[1;32mada\x1b[22;39m: bob\r"), "but not in one's own text");
  }
  await using pty = onTerminal(USUAL, body, { NO_COLOR: "1", COLORTERM: "truecolor" });
  await assertEnds(pty, 0);
  assert.doesNotMatch(pty.output, /\x1b\[[\d;]+m/);
});

terminalTest(
  "the bell rings for one's own name, and for what is said to oneself alone",
  async () => {
    const shown = (texts: string) => `screen.setPrompt("bob"); ${texts} ${HOLD}`;
    const show = (text: string, more = "") =>
      `await screen.show(message(${JSON.stringify(text)}, {${more}}));`;
    const cases = [
      { texts: show("hello bob"), rings: 1 },
      { texts: show("psst", "private: true"), rings: 1 },
      { texts: show("hello") + show("bob", "history: true") + show("\x07"), rings: 0 },
    ];
    for (const { texts, rings } of cases) {
      await using pty = onTerminal(USUAL, shown(texts));
      await pty.waitFor("bob:");
      await pty.type("go\r");
      await assertEnds(pty, 0);
      const bells = pty.output.replaceAll(/\x1b\][^\x07]*\x07/g, "").match(/\x07/g)?.length ?? 0;
      assert.equal(bells, rings, texts);
    }
  },
);

terminalTest("the Tab key completes with whatever completes at the moment", async () => {
  const body = `
    screen.setPrompt("bob");
    await screen.show(message("ready"));
    for await (const line of screen.lines()) {
      if (line === "go") break;
      screen.setCompleter((line) => [["/help"], line]);
      await screen.show(message("entered " + line));
    }
  `;
  await using pty = onTerminal(USUAL, body);
  await pty.waitFor("ready");
  await pty.type("/h\t\r");
  await pty.waitFor("entered /h\n");
  await pty.type("/h\t");
  await pty.waitFor("bob: /help");
  await pty.type("\r");
  await pty.waitFor("entered /help");
  await pty.type("go\r");
  await assertEnds(pty, 0);
});

terminalTest(
  "whoever waits for it is told when a key is pressed, or something is pasted",
  async () => {
    const body = `
    screen.setPrompt("bob");
    let count = 0;
    screen.onKey(() => void screen.show(message("key " + ++count)));
    ${HOLD}
  `;
    await using pty = onTerminal(USUAL, body);
    await pty.waitFor("bob:");
    await pty.type("g");
    await pty.waitFor("key 1\nbob: g");
    await pty.type("\x1b[200~o\x1b[201~");
    await pty.waitFor("key 2\nbob: go");
    await pty.type("\r");
    await assertEnds(pty, 0);
  },
);

terminalTest("a note stands beside one's name", async () => {
  await using pty = onTerminal(USUAL, `screen.setPrompt("bob", "offline"); ${HOLD}`);
  await pty.waitFor("bob [offline]:");
  await pty.type("go\r");
  await assertEnds(pty, 0);
});

const PLAIN = { ...USUAL, plain: true };

const PLAIN_CONVERSATION = `
  if (!screen.isInteractive) throw new Error("nobody types");
  const answer = await screen.ask("It is new.\\n\\x1b[2J", "Is it the same?");
  const secret = await screen.ask("", "Passphrase?", { hidden: true });
  screen.setPrompt("bob", "verified");
  await screen.show(message(answer + secret.length));
  await screen.show(message("bob", { private: true }));
  await screen.show({ event: "verification", peer: from, safetyWords: "one two" });
  await screen.show({ event: "error", code: "cut", message: "an error" });
  for await (const line of screen.lines()) await screen.show(message("<" + line + ">"));
  await screen.show({ event: "closed", reason: "you left" });
`;

terminalTest("plain: words only, in order, and the terminal's own line mode", async () => {
  for (const [options, env] of [[PLAIN, {}], [USUAL, { TERM: "dumb" }]] as const) {
    await using pty = onTerminal(options, PLAIN_CONVERSATION, env);
    await pty.waitFor("same?");
    await pty.type("yse\x7f\x7fes\r");
    await pty.waitFor("Passphrase?");
    await pty.type("secret");
    await pty.type("\r");
    await pty.waitFor("error: an error");
    await pty.type("hello\r\r");
    await pty.waitFor("<>");
    await pty.type("\x04");
    await assertEnds(pty, 0);
    const rows = pty.screen().slice(0, pty.screen().indexOf("The conversation is over: you left."));
    assert.deepEqual(rows, [
      "It is new.",
      "\u241b[2J",
      "Is it the same?",
      "yes",
      "Passphrase?",
      "Tuesday 24 November 2020",
      "14:05 ada: yes6",
      "14:05 ada (to you alone): bob",
      "ada sees the same words if nobody sits in between:",
      " 1 one",
      " 2 two",
      "Compare them by voice. If all are the same, enter: /verified ada",
      "error: an error",
      "hello",
      "",
      "14:05 ada: <hello>",
      "14:05 ada: <>",
    ]);
    // But for the device's name, which the test itself writes, and what the terminal echoes.
    const written = pty.output.replace(/^\x1b\][^\x07]*\x07/, "").replaceAll("\b \b", "");
    assert.doesNotMatch(written, /[^\P{Cc}\r\n]/u, "no colour, no movement, no bell");
  }
});

terminalTest("whoever closes it while it asks is answered, and not interrupted", async () => {
  const body = `
    const answering = screen.ask("", "Secret?", { hidden: true });
    await screen.close();
    console.log("the answer is " + await answering);
  `;
  for (const options of [USUAL, PLAIN]) {
    await using pty = onTerminal(options, body);
    await pty.waitFor("the answer is undefined");
    await assertEnds(pty, 0);
  }
});

terminalTest("plain: Ctrl-C and Ctrl-D in the place of a secret", async () => {
  for (const key of ["\x03", "\x04"]) {
    await using pty = onTerminal(PLAIN, `await screen.ask("", "Secret?", { hidden: true });`);
    await pty.waitFor("Secret?");
    await pty.type(key);
    await assertEnds(pty, 9);
  }
});
