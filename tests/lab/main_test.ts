import { fileURLToPath } from "node:url";
import assert from "node:assert/strict";
import { EXPERIMENTS } from "../../lab/experiments.ts";
import { Pty, ptyAvailable } from "../support/pty.ts";

const MAIN = fileURLToPath(new URL("../../lab/main.ts", import.meta.url));
const PERMISSIONS = ["--allow-net", "--allow-read", "--allow-write", "--allow-env", "--allow-run"];

const EMPTY_ROW = /^$/;

async function lab(
  args: readonly string[],
  permissions = PERMISSIONS,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...permissions, MAIN, ...args],
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("lab: without a name it lists what there is, and needs no permission for that", async () => {
  const { code, stdout, stderr } = await lab([], []);
  assert.deepEqual([code, stderr], [0, ""]);
  const text = stdout.replaceAll(/\s+/g, " ");
  for (const { name, lesson, title } of EXPERIMENTS) {
    assert.ok(text.includes(` ${lesson} ${name} ${title} `), name);
  }
  for (const line of stdout.split("\n")) assert.ok(line.length <= 80, line);
  assert.match(stdout, /deno task lab all/);
  assert.equal((await lab(["--help"], [])).code, 0);
});

Deno.test("lab: what is wrong is said in one sentence, with status 2", async () => {
  const cases: [string[], string[], RegExp][] = [
    [
      ["bitflop"],
      PERMISSIONS,
      /^lab: there is no experiment "bitflop"; .*\.\n$/,
    ],
    [
      ["bitflip", "--fst"],
      PERMISSIONS,
      /^lab: there is no flag "--fst"; .*\.\n$/,
    ],
    [["bitflip", "--step"], PERMISSIONS, /^lab: --step waits for a key, but .*\.\n$/],
    [["bitflip"], ["--allow-net"], /^lab: .* may not .*; run it with deno task lab\.\n$/],
    [["bitflip"], PERMISSIONS.slice(0, -1), /^lab: .* may not .*; run it with deno task lab\.\n$/],
  ];
  for (const [args, permissions, message] of cases) {
    const { code, stdout, stderr } = await lab(args, permissions);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, message);
  }
});

Deno.test("lab: an experiment is told from its title to the check that stops it", async () => {
  const { code, stdout, stderr } = await lab(["bitflip"]);
  assert.deepEqual([code, stderr], [0, ""]);
  const parts = [
    /^bitflip: Eve turns/m,
    /^── The naive protocol ─/m,
    /them: pay 900/,
    /^✗ Eve succeeds:/m,
    /^── This project ─/m,
    /^✓ Eve is stopped:/m,
    /^ {2}The check, in lib\/crypto\/aes_cbc_hmac\.ts:\d+:$/m,
  ];
  const places = parts.map((part) => stdout.search(part));
  assert.ok(!places.includes(-1), stdout);
  assert.deepEqual(places, places.toSorted((one, other) => one - other));
  assert.doesNotMatch(stdout, /\x1b/, "off a terminal there are no colours");
});

Deno.test("lab: --quiet gives the table alone", async () => {
  const { code, stdout } = await lab(["bitflip", "--quiet"]);
  assert.equal(code, 0);
  assert.match(stdout, /^\nexperiment +the naive protocol +this project\n─+\nbitflip +✗ .*✓ /);
  assert.doesNotMatch(stdout, /screen/);
});

/** The lab, step by step on a terminal, with a folder of its own for what its programs keep. */
async function stepped(
  test: (pty: Pty, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "x25519-chat-test-" });
  try {
    await using pty = new Pty(
      [Deno.execPath(), "run", "--quiet", ...PERMISSIONS, MAIN, "bitflip", "--step"],
      { env: { TMPDIR: folder } },
    );
    await test(pty, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Presses a key each time that one is asked for, until a text is there and the next hint is. */
async function stepTo(pty: Pty, text: string): Promise<void> {
  const hint = (screen: string[]) => screen[pty.cursor().row]?.startsWith("press a key");
  for (let shown = "";;) {
    await pty.waitFor((screen) => hint(screen) && pty.transcript().join("\n") !== shown);
    shown = pty.transcript().join("\n");
    if (shown.includes(text)) return;
    await pty.type(" ");
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
}

/** The command lines of all programs that were given something in a folder. */
async function programsOf(folder: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    if (line.includes(`\0--home\0${folder}/`)) lines.push(line);
  }
  return lines;
}

for (const [what, key, status] of [["Ctrl-C", "\x03", 130], ["q", "q", 0]] as const) {
  Deno.test({
    name: `lab: with --step it waits for keys, and ${what} ends it and all that it started`,
    ignore: !ptyAvailable,
    fn: () =>
      stepped(async (pty, folder) => {
        await stepTo(pty, "ciphertext (80), tag (32)");
        assert.equal((await namesIn(folder)).length, 2, "Alice's home and Bob's");
        assert.notDeepEqual(await programsOf(folder), []);
        assert.ok((await pty.modes()).includes("-icanon"));

        await pty.type(key);
        assert.equal(await pty.status, status);
        assert.deepEqual(await namesIn(folder), []);
        assert.deepEqual(await programsOf(folder), []);
        assert.match(pty.screen()[pty.cursor().row], EMPTY_ROW, "the hint is gone");
      }),
  });
}

Deno.test({
  name: "lab: with --step, a story that was read to its end leaves no hint in it",
  ignore: !ptyAvailable,
  fn: () =>
    stepped(async (pty) => {
      await stepTo(pty, "The check, in");
      await pty.type(" ");
      assert.equal(await pty.status, 0);
      assert.doesNotMatch(pty.transcript().join("\n"), /press a key/);
    }),
});
