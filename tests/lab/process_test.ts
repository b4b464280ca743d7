import assert from "node:assert/strict";
import { Process } from "../../lab/process.ts";

function serve(): Process {
  return start("serve", "127.0.0.1:0");
}

function start(...args: readonly string[]): Process {
  return new Process({
    owner: "Bob",
    module: "lab/naive.ts",
    args,
    permissions: ["--allow-net"],
  });
}

async function portOf(process: Process): Promise<string> {
  return (await process.line(/^listening on .*:(\d+)$/))[1];
}

Deno.test("process: lines come as they are written, from both outputs, and can be found again", async () => {
  await using bob = serve();
  const later = bob.line(/^them: (.*) you$/);
  await using alice = start("connect", `127.0.0.1:${await portOf(bob)}`);
  await alice.type("one for you");
  await alice.type("two for you");
  assert.equal((await later)[1], "one for", "the first that matches");
  await bob.line(/two/);
  assert.equal((await bob.line(/^them: (.*) you$/))[1], "one for", "also when it is there already");
  assert.ok(bob.shows("two for") && !bob.shows("three"));
  await bob.line(/^connected/);
  assert.equal(bob.text("stdout"), "them: one for you\nthem: two for you");
  assert.match(bob.text("stderr"), /^listening on 127\.0\.0\.1:\d+\nconnected; key check \S+$/);
});

Deno.test("process: the end of the input is an end, and the status comes when all has been read", async () => {
  await using bob = serve();
  await using alice = start("connect", `127.0.0.1:${await portOf(bob)}`);
  await bob.type("the last words");
  await alice.line(/the last words/);
  await alice.endInput();
  await bob.endInput();
  assert.equal(await alice.status, 0);
  assert.equal(alice.lines.at(-1)?.text, "they left");
});

Deno.test("process: a last line that lacks its end is one, and characters may come in pieces", async () => {
  const folder = await Deno.makeTempDir({ prefix: "x25519-chat-test-" });
  const path = `${folder}/program.ts`;
  await Deno.writeTextFile(
    path,
    `for (const byte of new TextEncoder().encode("\\ufeffé\\nü")) {
    Deno.stdout.writeSync(Uint8Array.of(byte));
  }`,
  );
  try {
    const module = `${"../".repeat(20)}${path.slice(1)}`;
    await using program = new Process({ owner: "Bob", module, args: [], permissions: [] });
    assert.equal(await program.status, 0);
    assert.deepEqual(program.lines.map(({ text }) => text), ["\ufeffé", "ü"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("process: who waits for a line of a program that ends is told what it said", async () => {
  await using program = start();
  await assert.rejects(program.line(/^never$/), (error: Error) => {
    assert.match(error.message, /^Bob's program ended without saying \/\^never\$\/\. It said:\n/);
    assert.match(error.message, /naive\.ts serve\|connect/);
    return true;
  });
  assert.equal(await program.status, 2);
  await program.type("nobody reads this");
  await program.endInput();
  program.interrupt();
});

Deno.test("process: Ctrl-C ends it, and disposing of it does", async () => {
  await using interrupted = serve();
  await portOf(interrupted);
  interrupted.interrupt();
  assert.notEqual(await interrupted.status, 0);

  const killed = serve();
  const port = Number(await portOf(killed));
  await killed[Symbol.asyncDispose]();
  await killed[Symbol.asyncDispose]();
  assert.notEqual(await killed.status, 0);
  await assert.rejects(Deno.connect({ hostname: "127.0.0.1", port }), "nobody listens there now");
});
