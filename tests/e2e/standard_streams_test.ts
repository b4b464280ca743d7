import assert from "node:assert/strict";
import { Lines, programCommand, startClient } from "../support/programs.ts";

const IGNORE = Deno.build.os !== "linux";

/** A server that a shell starts, with what it writes to standard error. */
function serverOf(script: string, args: readonly string[]) {
  const { command, env } = programCommand("server");
  const child = new Deno.Command("sh", {
    args: ["-c", `${script} "$@"`, "sh", ...command, "--listen", "127.0.0.1:0", ...args],
    env: { PATH: Deno.env.get("PATH") ?? "", ...env },
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const stderr = new Lines(child.stderr, Promise.resolve());
  const address = async () => {
    const line = await stderr.find((line) => line.includes("127.0.0.1:"));
    return /127\.0\.0\.1:\d+/.exec(line ?? "")?.[0] ?? assert.fail(stderr.text);
  };
  return { child, stderr, address };
}

Deno.test({
  name: "standard output: a server whose disk is full says so, and does not end with 0",
  ignore: IGNORE,
  async fn() {
    const { child, stderr, address } = serverOf("exec > /dev/full; exec", []);
    await using client = startClient(await address(), ["--json"]);
    await client.write("is this kept?\n");
    const { code } = await child.status;
    await stderr.ended;
    assert.equal(code, 1, stderr.text);
    assert.match(stderr.text, /^error: standard output cannot be written: No space left.*$/m);
    await client.status;
  },
});

Deno.test({
  name: "SIGHUP: a headless server that was told to ignore it serves on",
  ignore: IGNORE,
  async fn() {
    const { child, stderr, address } = serverOf("trap '' HUP; exec", ["--headless"]);
    const where = await address();
    child.kill("SIGHUP");
    await using client = startClient(where, ["--json"]);
    await client.pipe("still there?\n");
    assert.equal(await client.status, 0, client.stderr.text);
    child.kill("SIGTERM");
    assert.equal((await child.status).code, 0, stderr.text);
    await stderr.ended;
  },
});
