import assert from "node:assert/strict";
import { EXECUTABLES, programCommand, type ProgramName, startServer } from "../support/programs.ts";
import { Pty } from "../support/pty.ts";
import { Home } from "./home.ts";
import { terminalTest } from "./terminals.ts";

/** A program on a terminal with exactly these permissions. */
function start(name: ProgramName, permissions: readonly string[], args: readonly string[]): Pty {
  const { command, env } = programCommand(name, permissions);
  return new Pty([...command, ...args], { env: { ...env, NO_COLOR: "1" }, columns: 100 });
}

const DENOS_OWN_WORDS = /Cannot prompt|NotCapable|Requires \w+ access/;

/** Answers Deno's question, which forgets what was typed before it began to listen. */
async function answer(pty: Pty, key: "y" | "n"): Promise<void> {
  await pty.waitFor("Allow?");
  const answered = pty.waitFor(key === "y" ? "Granted" : "Denied");
  const typing = setInterval(() => void pty.type(`${key}\n`), 300);
  try {
    await answered;
  } finally {
    clearInterval(typing);
  }
}

function permissionTest(name: string, run: () => Promise<void>) {
  if (EXECUTABLES === undefined) terminalTest(`permissions: ${name}`, run);
}

permissionTest(
  "Deno asks for the network before the screen opens, and for nothing else",
  async () => {
    await using server = await startServer(["--json"], { stdin: "null" });
    await using client = start("client", [], ["--accept-new", server.address, "--nick", "ann"]);
    await client.waitFor(`Deno requests net access to "${server.address}"`);
    await client.waitFor("Allow?");
    assert.ok((await client.modes()).includes("icanon"), "the terminal was made raw before");
    assert.ok(!client.output.includes("\x1b[?2004h"));
    await answer(client, "y");
    await client.waitFor("\nann:");
    assert.equal(client.output.split("Deno requests").length - 1, 1);
    assert.doesNotMatch(client.output, DENOS_OWN_WORDS);
    await client.type("/quit\r");
    assert.equal(await client.status, 0);
  },
);

permissionTest("a refusal ends the program with one sentence that says what to type", async () => {
  for (const [name, what] of [["client", "connect to"], ["server", "listen at"]] as const) {
    const args = name === "server" ? ["--listen", "127.0.0.1:7"] : ["127.0.0.1:7"];
    await using program = start(name, [], args);
    await answer(program, "n");
    await program.waitFor(
      `error: this program is not allowed to ${what} 127.0.0.1:7; run it with: deno run -NRWE`,
    );
    assert.equal(await program.status, 2);
    assert.doesNotMatch(program.output, DENOS_OWN_WORDS);
  }
});

permissionTest("without a question the same is said at once", async () => {
  for (const permission of ["--no-prompt", "--deny-net", "--allow-net=example.org --no-prompt"]) {
    await using client = start("client", permission.split(" "), ["127.0.0.1:7"]);
    await client.waitFor(
      "error: this program is not allowed to connect to 127.0.0.1:7; run it with",
    );
    assert.equal(await client.status, 2);
    assert.doesNotMatch(
      client.output,
      /Deno requests|Cannot prompt|NotCapable|Requires|\x1b\[\?2004h/,
    );
  }
});

permissionTest("a file that a flag names is asked for, and named when it is refused", async () => {
  await using home = new Home();
  const path = await home.write("key.pem", "");
  const args = ["--identity", path, "127.0.0.1:7"];
  await using client = start("client", ["--allow-net"], args);
  await client.waitFor(`Deno requests read access to "${path}"`);
  await answer(client, "n");
  await client.waitFor(/error: to read [^]*key\.pem, run with --allow-read/);
  assert.equal(await client.status, 2);
  assert.doesNotMatch(client.output, DENOS_OWN_WORDS);
});
