import { fileURLToPath } from "node:url";
import assert from "node:assert/strict";
import { Pty, ptyAvailable } from "../../support/pty.ts";

const PROGRAM = fileURLToPath(new URL("./fixtures/ask_program.ts", import.meta.url));
const COMMAND = [Deno.execPath(), "run", "--quiet", "--no-lock", PROGRAM];

const LEFT = "\x1b[D";
const UP = "\x1b[A";
const CTRL = { C: "\x03", D: "\x04" };

function ptyTest(name: string, run: () => Promise<void>) {
  Deno.test({
    name: `prompt: ${name}` + (ptyAvailable ? "" : " (ignored: there is no util-linux script)"),
    ignore: !ptyAvailable,
    fn: run,
  });
}

/** The last row that is not empty. */
function lastRow(screen: readonly string[]): string {
  return screen.findLast((row) => row !== "") ?? "";
}

/** How many rows say `tick`. */
function ticks(pty: Pty): number {
  return pty.transcript().filter((row) => row === "tick").length;
}

/** Waits until something has been drawn several times since all keys arrived. */
async function drawn(pty: Pty): Promise<void> {
  const before = ticks(pty);
  await pty.waitFor(() => ticks(pty) > before + 3, "several frames");
}

ptyTest("an answer is shown as it is typed, and the old prompt comes back", async () => {
  await using pty = new Pty(COMMAND, { rows: 500 });
  await pty.waitFor((screen) => lastRow(screen) === "a word?");
  await pty.type("visible");
  await pty.waitFor("a word? visible");
  await pty.type("\r");
  await pty.waitFor("a word? visible\nthe word is visible");
  await pty.waitFor((screen) => lastRow(screen) === "secret?");
  await pty.type("\r");
  await pty.waitFor((screen) => lastRow(screen) === "and again?");
  await pty.type("\r");
  await pty.waitFor((screen) => lastRow(screen) === "you>", "the old prompt");
});

ptyTest("a hidden answer appears nowhere, and the arrow keys do not bring it back", async () => {
  await using pty = new Pty(COMMAND, { rows: 500 });
  await pty.waitFor("a word?");
  await pty.type("visible\r");
  await pty.waitFor((screen) => lastRow(screen) === "secret?");
  // Letters that nothing else on the screen has.
  for (const character of "QXZ") {
    await pty.type(character);
    await drawn(pty);
  }
  await pty.type(`${LEFT}W`);
  await drawn(pty);
  await pty.waitFor(() => pty.cursor().column === "secret? ".length, "not even how long it is");
  await pty.type("\r");
  await pty.waitFor("a secret of 4");
  await pty.waitFor((screen) => lastRow(screen) === "and again?");

  // Nothing comes back where a secret is asked for.
  await pty.type(`${UP}\r`);
  await pty.waitFor("a secret of 0");
  await pty.waitFor((screen) => lastRow(screen) === "you>");
  // Nor does any answer come back later.
  await pty.type(`${UP}entry\r${UP}`);
  await pty.waitFor((screen) => lastRow(screen) === "you> entry");
  await pty.type(`${UP}!`);
  await pty.waitFor((screen) => lastRow(screen) === "you> entry!");
  assert.doesNotMatch(pty.output, /[QXWZ]/);
});

ptyTest("the Escape key by itself changes nothing of the next key", async () => {
  await using pty = new Pty(COMMAND, { rows: 500 });
  await pty.waitFor("a word?");
  await pty.type("visible\r");
  await pty.waitFor((screen) => lastRow(screen) === "secret?");
  await pty.type("Q\x1b");
  // The fixture's clock goes by the same event loop that decides what the byte was.
  const before = ticks(pty);
  await pty.waitFor(() => ticks(pty) > before + 60, "a second");
  await pty.type("X\r");
  await pty.waitFor("a secret of 2");
});

ptyTest("Ctrl-C and Ctrl-D give no answer, and show nothing of a half-typed secret", async () => {
  for (const keys of [`QXZ${CTRL.C}`, CTRL.D]) {
    await using pty = new Pty(COMMAND, { rows: 500 });
    await pty.waitFor("a word?");
    await pty.type("visible\r");
    await pty.waitFor((screen) => lastRow(screen) === "secret?");
    await pty.type(keys);
    await pty.waitFor("no secret\nno secret");
    assert.equal(await pty.status, 0);
    assert.doesNotMatch(pty.output, /[QXZ]/);
  }
});
