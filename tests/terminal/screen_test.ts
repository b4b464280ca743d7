import assert from "node:assert/strict";

const SCREEN = new URL("../../lib/terminal/screen.ts", import.meta.url).href;

/** Runs a few lines with a screen, off any terminal. */
async function withScreen(
  options: { json: boolean; quiet: boolean },
  body: string,
  input = "",
): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = `
    import { openScreen } from ${JSON.stringify(SCREEN)};
    const screen = openScreen({ ...${JSON.stringify(options)}, onInterrupt: () => Deno.exit(9) });
    const from = { nick: "ada", fingerprint: "SHA256:x" };
    const message = (text) => ({ event: "message", id: "00", seq: 1, time: "t", from, text, private: false, action: false });
    ${body}
    await screen.close();
  `;
  await using process = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", script],
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
`;

Deno.test("screen: messages go to standard output, everything else to standard error", async () => {
  assert.deepEqual(await withScreen({ json: false, quiet: false }, SHOW_ALL), {
    code: 0,
    stdout: "ada: hello\n     \u241b[2J\n",
    stderr: "a notice\nerror: an error\n",
  });
});

Deno.test("screen: quiet leaves messages and errors", async () => {
  assert.deepEqual(await withScreen({ json: false, quiet: true }, SHOW_ALL), {
    code: 0,
    stdout: "ada: hello\n     \u241b[2J\n",
    stderr: "error: an error\n",
  });
});

Deno.test("screen: JSON is a line for each event, and an error is on standard error as well", async () => {
  for (const quiet of [false, true]) {
    const { code, stdout, stderr } = await withScreen({ json: true, quiet }, SHOW_ALL);
    assert.equal(code, 0);
    assert.equal(stderr, "error: an error\n");
    const lines = stdout.trimEnd().split("\n");
    const events = lines.map((line) => JSON.parse(line));
    assert.deepEqual(events.map(({ event }) => event), ["message", "notice", "delivered", "error"]);
    assert.equal(events[0].text, "hello\n\x1b[2J");
  }
});

Deno.test("screen: lines come from standard input, off a terminal", async () => {
  const body = `
    if (screen.isInteractive) throw new Error("interactive");
    for await (const line of screen.lines()) await screen.show(message("<" + line + ">"));
  `;
  for (const json of [false, true]) {
    const { stdout } = await withScreen({ json, quiet: false }, body, "one\r\n\ntwo");
    const texts = [...stdout.matchAll(/<.*?>/g)].map(([text]) => text);
    assert.deepEqual(texts, ["<one>", "<>", "<two>"]);
  }
});

Deno.test("screen: all that was shown is there after it is closed", async () => {
  const body =
    `for (let index = 0; index < 50000; index++) void screen.show(message("line " + index));`;
  const { stdout } = await withScreen({ json: false, quiet: false }, body);
  const lines = stdout.trimEnd().split("\n");
  assert.equal(lines.length, 50_000);
  assert.equal(lines.at(-1), "ada: line 49999");
});
