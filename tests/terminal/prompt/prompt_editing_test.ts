import { ptyAvailable } from "../../support/pty.ts";
import { Session } from "./prompt_session.ts";

const UP = "\x1b[A";
const DOWN = "\x1b[B";
const ALT_ENTER = "\x1b\r";
const CTRL = { C: "\x03", D: "\x04", R: "\x12", G: "\x07", UNDERSCORE: "\x1f", Y: "\x19" };

function ptyTest(name: string, run: () => Promise<void>) {
  Deno.test({ name: `prompt editing: ${name}`, ignore: !ptyAvailable, fn: run });
}

ptyTest("Up and Down move in a draft of several lines, and the history is beyond", async () => {
  await using session = await Session.start();
  await session.pty.type(`old\rone${ALT_ENTER}three`);
  await session.waitForPrompt(["you> one", "  three"], { row: 1, column: 7 });
  await session.pty.type(UP);
  await session.waitForPrompt(["you> one", "  three"], { row: 0, column: 8 });
  await session.pty.type(UP);
  await session.waitForPrompt(["you> old"], { row: 0, column: 8 });
  await session.pty.type(DOWN + DOWN);
  await session.waitForPrompt(["you> one", "  three"], { row: 1, column: 5 });
});

ptyTest("a search stands in the prompt's place", async () => {
  await using session = await Session.start();
  await session.pty.type(`lunch at noon\rbye\rhalf${CTRL.R}noon`);
  await session.pty.waitFor("\n(search) noon: lunch at noon\n");
  await session.send("a message");
  await session.pty.waitFor("\na message\n(search) noon: lunch at noon\n");
  await session.pty.type(CTRL.G);
  await session.waitForPrompt(["you> half"], { row: 0, column: 9 });
  await session.pty.type(`${CTRL.R}bye\r`);
  await session.pty.waitFor(`entered "bye"\nyou>`);
});

ptyTest("Ctrl-C clears a half-typed text, which three keys bring back", async () => {
  for (const key of [UP, CTRL.UNDERSCORE, CTRL.Y]) {
    await using session = await Session.start();
    await session.pty.type(`half${CTRL.C}`);
    await session.pty.waitFor("cleared, Up brings it back; Ctrl-C again leaves you>");
    await session.pty.type(key);
    // What was said about it goes with the next key.
    await session.waitForPrompt(["you> half"], { row: 0, column: 9 });
  }
});

const QUESTION = "3 are here; end the room?";

for (const [name, key] of [["Ctrl-C", CTRL.C], ["Ctrl-D", CTRL.D]] as const) {
  ptyTest(
    `${name} asks before it leaves others behind, until something else is typed`,
    async () => {
      await using session = await Session.start();
      await session.send("confirm\nconfirmed");
      await session.pty.waitFor("\nconfirmed\nyou>");
      await session.pty.type(`half${CTRL.C}`);
      await session.pty.waitFor(/^cleared, Up brings it back you>$/m);
      await session.pty.type(key);
      await session.pty.waitFor(`${QUESTION} ${name} again ends it you>`);
      await session.pty.type("x\x7f");
      await session.waitForPrompt(["you>"], { row: 0, column: 5 });
      await session.pty.type(key);
      await session.pty.waitFor(`${QUESTION} ${name} again ends it you>`);
      await session.pty.type(key);
      await session.pty.waitFor("no more lines");
    },
  );
}
