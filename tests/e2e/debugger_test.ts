import assert from "node:assert/strict";
import { startClient } from "../support/programs.ts";
import { Home } from "./home.ts";

const SENTENCE = "ended by SIGUSR1, with which Deno would open a debugger to every user here\n";

/** Whether something listens where Deno's debugger would. */
async function isOpen(): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port: 9229 })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    throw error;
  }
}

Deno.test({
  name: "debugger: SIGUSR1 ends the program before Deno opens one",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using home = new Home();
    // By a program that is none of ours, perhaps.
    const wasOpen = await isOpen();
    // Deno opens it half a second after its start at the earliest: a conversation takes longer.
    await using server = await home.server(["--json"]);
    await using client = startClient(server.address, ["--json"]);
    await client.waitForEvent("connected");
    for (const program of [server, client]) {
      program.signal("SIGUSR1");
      assert.equal(await program.status, 130);
      assert.ok(program.stderr.text.endsWith(SENTENCE), program.stderr.text);
      assert.doesNotMatch(program.stderr.text, /Debugger listening/);
    }
    assert.equal(await isOpen(), wasOpen);
  },
});

Deno.test({
  name: "debugger: a task that waits ends as well",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using home = new Home();
    await home.publicKey();
    // It waits for the passphrase: nobody writes into the pipe.
    const pipe = home.path("pipe");
    await new Deno.Command("mkfifo", { args: ["-m", "600", pipe] }).output();
    await using task = home.client(["id", "--new", "--passphrase-file", pipe]);
    // Somebody opens the pipe to write once it is opened to read.
    using _writer = await Deno.open(pipe, { write: true });
    task.signal("SIGUSR1");
    assert.equal(await task.status, 130);
    assert.ok(task.stderr.text.endsWith(SENTENCE), task.stderr.text);
  },
});

Deno.test("debugger: both programs shut it out before they do anything else", async () => {
  for (const program of ["server", "client"]) {
    const text = await Deno.readTextFile(new URL(`../../${program}.ts`, import.meta.url));
    assert.equal(/^import .*$/m.exec(text)?.[0], 'import "./lib/program/no_debugger.ts";');
  }
});
