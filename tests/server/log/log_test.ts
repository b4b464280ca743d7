import assert from "node:assert/strict";
import { openLog } from "../../../lib/server/log/log.ts";
import { parseServerFlags, type ServerFlags } from "../../../lib/program/flags/server_flags.ts";
import { capture, key, print, recordingScreen } from "../../support/doubles.ts";

const ADA = { nick: "ada", key: key(1) };
const TYPED = recordingScreen();
const PIPED = recordingScreen({ isInteractive: false });

function flagsOf(...args: readonly string[]): ServerFlags {
  const parsed = parseServerFlags(args);
  assert.ok("listen" in parsed);
  return parsed;
}

/** Makes standard error a terminal, or something else, until the end of the block. */
function standardErrorIsTerminal(isTerminal: boolean): Disposable {
  Object.defineProperty(Deno.stderr, "isTerminal", { value: () => isTerminal, configurable: true });
  return { [Symbol.dispose]: () => void Reflect.deleteProperty(Deno.stderr, "isTerminal") };
}

/** What the log writes of one event of each of some levels. */
async function written(...args: readonly string[]): Promise<string[]> {
  using stderr = capture("stderr");
  const log = openLog(flagsOf(...args), PIPED);
  assert.ok(log !== undefined);
  log.listening(["127.0.0.1:1"], print(1));
  log.door.handshake?.({ result: "accepted", milliseconds: 5, address: "192.0.2.1:5" });
  log.room.joined?.(ADA, 1);
  log.room.left?.(ADA, 0, "too-slow");
  await log.flush();
  return stderr.text.trimEnd().split("\n");
}

Deno.test("log: at a server with a host there is none, unless a flag asks for it", () => {
  for (const screen of [TYPED, PIPED]) assert.equal(openLog(flagsOf(), screen), undefined);
  for (const args of [["--headless"], ["--log-format", "text"], ["--log-level", "info"]]) {
    assert.notEqual(openLog(flagsOf(...args), PIPED), undefined);
  }
});

Deno.test("log: it goes to standard error, as text from level info on", async () => {
  for (const args of [["--headless"], ["--log-format", "text"], ["--log-level", "info"]]) {
    const lines = await written(...args);
    assert.equal(lines.length, 3);
    const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /;
    for (const line of lines) assert.match(line, time);
    const [listening, joined, left] = lines.map((line) => line.replace(time, ""));
    assert.match(listening, /^INFO {2}server: Listening at 127\.0\.0\.1:1\./);
    assert.match(joined, /^INFO {2}room: .*\bada\b/);
    assert.match(left, /^WARN {2}room: .*\bada\b/);
  }
});

Deno.test("log: --log-format and --log-level change how it is written, and from where on", async () => {
  const levels = async (...args: readonly string[]) => {
    const lines = await written("--headless", "--log-format", "json", ...args);
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line).level);
  };
  assert.deepEqual(await levels(), ["info", "info", "warning"]);
  assert.deepEqual(await levels("--log-level", "debug"), ["info", "debug", "info", "warning"]);
  assert.deepEqual(await levels("--log-level", "warning"), ["warning"]);
  assert.deepEqual(await levels("--log-level", "error"), []);
});

Deno.test("log: flush resolves when all of it has been written", async () => {
  using stderr = capture("stderr");
  const log = openLog(flagsOf("--headless"), PIPED);
  assert.ok(log !== undefined);
  for (let count = 0; count < 1000; count++) log.notice(`notice ${count}`);
  await log.flush();
  const lines = stderr.text.trimEnd().split("\n");
  assert.equal(lines.length, 1000);
  assert.ok(lines[999].endsWith("server: notice 999"), lines[999]);
});

Deno.test("log: it is not written over somebody's conversation", () => {
  using _terminal = standardErrorIsTerminal(true);
  for (const args of [["--log-format", "json"], ["--log-level", "debug"]]) {
    assert.throws(() => openLog(flagsOf(...args), TYPED), {
      name: "UsageError",
      code: "usage",
      message: "the log would be written over the conversation: add --headless, or 2>FILE",
    });
    // Where nobody types, nothing is in the way.
    assert.notEqual(openLog(flagsOf(...args), PIPED), undefined);
  }
  assert.equal(openLog(flagsOf(), TYPED), undefined);
});

Deno.test("log: beside a conversation it may go to a file", () => {
  using _file = standardErrorIsTerminal(false);
  assert.notEqual(openLog(flagsOf("--log-level", "debug"), TYPED), undefined);
});
