import assert from "node:assert/strict";
import { EXECUTABLES, programCommand, PROGRAMS_DENO } from "../support/programs.ts";
import { Pty } from "../support/pty.ts";
import { Home } from "./home.ts";
import { Party, seen } from "./party.ts";
import { terminalTest } from "./terminals.ts";

const CTRL_Z = "\x1a";
const MARK = "\x1b[?2004h";
const UNMARK = "\x1b[?2004l";

/** Before 2.9 Deno lets no program stop itself without the permission to run others. */
const WHY_NO_STOP = /^2\.[0-8]\./.test(PROGRAMS_DENO)
  ? `Deno ${PROGRAMS_DENO} cannot suspend itself`
  : undefined;

/** A client that a shell with job control has started, and its process. */
async function inShell(args: readonly string[]): Promise<{ shell: Pty; pid: number }> {
  const { command, env } = programCommand("client");
  const shell = new Pty(["env", "PS1=$ ", "ENV=", "sh", "-i"], {
    env: { ...env, NO_COLOR: "1" },
    columns: 100,
    timeout: 30_000,
  });
  await shell.waitFor(/^\$/m);
  const words = [...command, ...args].map((word) => `'${word}'`).join(" ");
  // Short, because the shell repeats it.
  await shell.type(`chat() { sh -c 'echo pid $$; exec "$@"' sh ${words}; }; clear; set -m\r`);
  await shell.waitFor((screen) => screen[0] === "$", "a clear window");
  await shell.type("chat\r");
  await shell.waitFor(/pid \d+$/m);
  const pid = Number(shell.screen().join("\n").match(/pid (\d+)$/m)?.[1]);
  await shell.waitFor(/^(Here is|ann:)/m);
  return { shell, pid };
}

/** The shell has the terminal, as it was before. */
async function assertLent(shell: Pty, unmarkedFrom: number) {
  await shell.waitFor(/Stopped|Suspended/);
  await shell.waitFor(
    (screen) => screen.findLast((row) => row !== "") === "$",
    "the shell's prompt",
  );
  assert.ok((await shell.modes()).includes("icanon"));
  assert.ok(shell.output.slice(unmarkedFrom).includes(UNMARK));
}

/** The program has the terminal again, and a paste of several lines is one message. */
async function assertBack(shell: Pty, draft: string, markedFrom: number) {
  await shell.waitFor(
    (screen) => screen.findLast((row) => row !== "") === `ann: ${draft}`,
    "the prompt with its draft",
  );
  const modes = await shell.modes();
  for (const mode of ["-icanon", "-echo", "-isig"]) assert.ok(modes.includes(mode), mode);
  assert.ok(shell.output.slice(markedFrom).includes(MARK));
}

terminalTest(
  "Ctrl-Z suspends, and fg brings back the prompt, its draft and its modes",
  async () => {
    await using party = await Party.open();
    const [bob] = await party.joinAll(["bob"]);
    const { shell } = await inShell(["--accept-new", party.server.address, "--nick", "ann"]);
    await using _shell = shell;
    await seen([bob], "ann");
    await shell.type("half");
    await shell.waitFor("ann: half");
    let from = shell.output.length;
    await shell.type(CTRL_Z);
    await assertLent(shell, from);
    assert.ok(!shell.screen().join("\n").includes("ann: half"), "what looks sent stays behind");
    // What is said meanwhile comes when it goes on, and not into the shell.
    await bob.write("are you there?\n");
    await shell.type("echo in the shell\r");
    await shell.waitFor(/^in the shell$/m);
    from = shell.output.length;
    await shell.type("fg\r");
    await shell.waitFor(/bob: are you there\?/);
    await assertBack(shell, "half", from);
    await shell.type(" typed\x1b[200~, \rpasted\rtext\x1b[201~\r");
    await bob.waitForText("half typed, \npasted\ntext");
    await shell.type("/quit\r");
    await shell.waitFor("The conversation is over");
  },
  WHY_NO_STOP,
);

terminalTest("a program that was stopped from outside takes the terminal back", async () => {
  await using party = await Party.open();
  const [bob] = await party.joinAll(["bob"]);
  const { shell, pid } = await inShell(["--accept-new", party.server.address, "--nick", "ann"]);
  await using _shell = shell;
  await seen([bob], "ann");
  for (const signal of ["SIGSTOP", "SIGTSTP"] as const) {
    await shell.type(signal);
    await shell.waitFor(`ann: ${signal}`);
    Deno.kill(pid, signal);
    await shell.waitFor((screen) => screen.findLast((row) => row !== "") === "$");
    // Other shells do that by themselves, and end bracketed paste mode.
    await shell.type(`stty sane; printf '\\033[?2004l'; clear\n`);
    await shell.waitFor((screen) => screen[0] === "$", "a clear window");
    assert.ok((await shell.modes()).includes("icanon"));
    const from = shell.output.length;
    await shell.type("fg\r");
    await assertBack(shell, signal, from);
    await shell.type("\x1b[200~\rtwo\rthree\x1b[201~\r");
    await bob.waitForText(`${signal}\ntwo\nthree`);
  }
  await shell.type("/quit\r");
  await shell.waitFor("The conversation is over");
});

terminalTest("plain: Ctrl-Z suspends as well, and the next key shows the draft again", async () => {
  await using party = await Party.open();
  const [bob] = await party.joinAll(["bob"]);
  const args = ["--accept-new", party.server.address, "--nick", "ann", "--plain"];
  const { shell } = await inShell(args);
  await using _shell = shell;
  await seen([bob], "ann");
  await shell.type("half");
  await shell.waitFor(/^half$/m);
  await shell.type(CTRL_Z);
  await shell.waitFor(/Stopped|Suspended/);
  await shell.waitFor((screen) => screen.findLast((row) => row !== "") === "$");
  assert.ok((await shell.modes()).includes("icanon"));
  await shell.type("clear\r");
  await shell.waitFor((screen) => screen[0] === "$", "a clear window");
  await bob.write("welcome back\n");
  await shell.type("fg\r");
  await shell.waitFor("bob: welcome back");
  await shell.type(" a line\r");
  await bob.waitForText("half a line");
  await shell.waitFor(/^half a line$/m);
  await shell.type("/quit\r");
  await shell.waitFor("The conversation is over");
}, WHY_NO_STOP);

terminalTest(
  "where no shell could bring it back, Ctrl-Z says so and the prompt stays",
  async () => {
    await using party = await Party.open();
    const { command, env } = programCommand("client");
    const args = ["--accept-new", party.server.address, "--nick", "ann"];
    await using ann = new Pty([...command, ...args], { env, timeout: 30_000 });
    await ann.waitFor("\nann:");
    await ann.type("half" + CTRL_Z);
    await ann.waitFor("not suspended: no shell has started this program");
    await ann.waitFor(/^ann: half$/m);
    assert.ok((await ann.modes()).includes("-icanon"));
  },
  WHY_NO_STOP,
);

terminalTest(
  "a Deno that cannot stop itself says so, and the prompt stays",
  async () => {
    await using party = await Party.open();
    const { command, env } = programCommand("client");
    const args = ["--accept-new", party.server.address, "--nick", "ann"];
    await using ann = new Pty([...command, ...args], { env, timeout: 30_000 });
    await ann.waitFor("\nann:");
    await ann.type("half" + CTRL_Z);
    await ann.waitFor("Ctrl-Z needs Deno 2.9 or newer, or --allow-run");
    await ann.waitFor(/^ann: half$/m);
  },
  WHY_NO_STOP === undefined ? `Deno ${PROGRAMS_DENO} can` : undefined,
);

if (EXECUTABLES === undefined) {
  terminalTest("under deno task, Ctrl-Z stops the whole job", async () => {
    await using home = new Home();
    const task = `'${Deno.execPath()}' task --quiet client --home '${home.folder}'`;
    await using party = await Party.open();
    const [bob] = await party.joinAll(["bob"]);
    await using shell = new Pty(["env", "PS1=$ ", "ENV=", "sh", "-i"], { timeout: 60_000 });
    await shell.waitFor(/^\$/m);
    await shell.type(`${task} --accept-new --nick ann ${party.server.address}\r`);
    await shell.waitFor("Here is bob.");
    await seen([bob], "ann");
    await shell.type("half");
    await shell.waitFor("ann: half");
    await shell.type(CTRL_Z);
    await shell.waitFor(/Stopped|Suspended/);
    await shell.waitFor((screen) => screen.findLast((row) => row !== "") === "$");
    await shell.type("clear; fg\r");
    await shell.waitFor(/^ann: half$/m);
    await shell.type(" a line\r");
    await bob.waitForText("half a line");
    await shell.type("/quit\r");
    await shell.waitFor("The conversation is over");
  });
}
