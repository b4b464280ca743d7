import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { EXECUTABLES, Lines, programCommand, startClient } from "../support/programs.ts";
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

/** The one process that another one has started. */
async function childOf(pid: number): Promise<number> {
  const { stdout } = await new Deno.Command("pgrep", { args: ["-P", `${pid}`] }).output();
  return Number(new TextDecoder().decode(stdout));
}

// On a busy machine Deno may say that its debugger listens, at the moment in which the program ends.

Deno.test({
  name: "debugger: SIGUSR1 ends the program, and with it what Deno would open",
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

Deno.test({
  name: "debugger: what starts a program for a task ends together with it",
  ignore: EXECUTABLES !== undefined || Deno.build.os === "windows",
  async fn() {
    await using home = new Home();
    const wasOpen = await isOpen();
    const process = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--allow-run", "--allow-env"],
        fileURLToPath(new URL("../../scripts/start.ts", import.meta.url)),
        ...["server", "--headless", "--listen", "127.0.0.1:0"],
      ],
      env: { ...programCommand("server").env, X25519_CHAT_HOME: home.folder },
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const [stdout, stderr] = [process.stdout, process.stderr]
      .map((stream) => new Lines(stream, Promise.resolve()));
    assert.ok(await stderr.find((line) => line.includes("127.0.0.1:")), stderr.text);
    const child = await childOf(process.pid);
    // Without an end of the server, which a debugger would not wait for.
    Deno.kill(child, "SIGSTOP");
    try {
      process.kill("SIGUSR1");
      assert.equal((await process.status).code, 130);
    } finally {
      Deno.kill(child, "SIGCONT");
    }
    // The server has them, too: they end with it, which has got the signal as well.
    await Promise.all([stdout.ended, stderr.ended]);
    assert.ok(stderr.text.endsWith(SENTENCE), stderr.text);
    assert.equal(await isOpen(), wasOpen);
  },
});

Deno.test("debugger: it is shut out before anything else is done", async () => {
  for (const program of ["server", "client"]) {
    const text = await Deno.readTextFile(new URL(`../../${program}.ts`, import.meta.url));
    assert.equal(/^import .*$/m.exec(text)?.[0], 'import "./lib/program/no_debugger.ts";');
  }
  const start = await Deno.readTextFile(new URL("../../scripts/start.ts", import.meta.url));
  // Whatever else is imported statically would be loaded before it.
  assert.deepEqual(start.match(/^import .*$/gm), [
    'import { endTogetherWith } from "../lib/program/no_debugger.ts";',
  ]);
});
