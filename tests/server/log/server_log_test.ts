import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import type { RoomObserver } from "../../../lib/chat/mod.ts";
import { AuthenticationError, NetworkError } from "../../../lib/errors.ts";
import { fingerprint } from "../../../lib/identity/mod.ts";
import { LOG_LEVELS, type LogLevelName } from "../../../lib/server/log/log_format.ts";
import { sanitiseLine } from "../../../lib/terminal/text/sanitise.ts";
import { openServerLog, type ServerLog } from "../../../lib/server/log/server_log.ts";

const ALICE = { nick: "alice", key: new Uint8Array(32).fill(1) };
const PRINT = fingerprint(ALICE.key);

interface Line {
  readonly level: LogLevelName;
  readonly category: string;
  readonly message: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A log that remembers its lines of JSON, with a clock that is turned by hand. */
function recordingLog(
  level: LogLevelName,
): { log: ServerLog; lines: Line[]; clock: Clock } {
  const lines: Line[] = [];
  const clock = { time: 0 };
  const log = openServerLog({
    format: "json",
    level,
    write(text) {
      assert.equal(text.indexOf("\n"), text.length - 1);
      lines.push(JSON.parse(text));
    },
    now: () => clock.time,
  });
  return { log, lines, clock };
}

interface Clock {
  time: number;
}

/** A log that remembers its lines of text, each from the level on. */
function textLog(): { log: ServerLog; lines: string[] } {
  const lines: string[] = [];
  const log = openServerLog({
    format: "text",
    level: "trace",
    write(text) {
      const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /.exec(text);
      assert.ok(time !== null, text);
      assert.ok(text.endsWith("\n"));
      lines.push(text.slice(time[0].length, -1));
    },
  });
  return { log, lines };
}

const ADDRESS = "192.0.2.1:5";
const LATE = new NetworkError("timed-out", "it took too long");

function everything({ door, room: observer }: Pick<ServerLog, "door" | "room">): void {
  const error = "not an error";
  door.handshake?.({ result: "accepted", milliseconds: 1.23456, address: ADDRESS });
  door.handshake?.({ result: "hung-up", milliseconds: 2, address: ADDRESS, error });
  door.refused?.(ALICE.key, ADDRESS, "not on the list");
  door.handshake?.({ result: "refused", milliseconds: 2, address: ADDRESS });
  door.handshake?.({ result: "failed", milliseconds: 2, address: ADDRESS, error });
  door.handshake?.({ result: "timed-out", milliseconds: 10_000, address: ADDRESS, error: LATE });
  door.handshake?.({ result: "turned-away", milliseconds: 0, address: ADDRESS, error });
  door.turnedAway?.(new NetworkError("room-full", "the room is full"), ADDRESS);
  observer.joined?.(ALICE, 2);
  observer.renamed?.({ ...ALICE, nick: "alicia" }, "alice");
  observer.message?.("private", 12);
  observer.fanOut?.(2, 0.0071234);
  observer.bytes?.("in", 80);
  observer.refused?.("rename");
  observer.throttled?.(ALICE);
  observer.moderated?.("kick", ALICE, "mallory");
  observer.left?.(ALICE, 1, "left");
  observer.left?.(ALICE, 1, "too-slow");
  observer.left?.(ALICE, 1, "malformed");
}

Deno.test("server log: what happens becomes a line of text each", () => {
  const { log, lines } = textLog();
  log.listening(["127.0.0.1:12345", "[::1]:12345"], PRINT);
  everything(log);
  log.closing("SIGTERM arrived");
  log.closed();
  assert.deepEqual(lines, [
    `INFO  server: Listening at 127.0.0.1:12345. fingerprint=${PRINT}`,
    `INFO  server: Listening at [::1]:12345. fingerprint=${PRINT}`,
    "DEBUG handshake: Handshake accepted address=192.0.2.1:5 milliseconds=1.235",
    "INFO  handshake: Handshake hung-up address=192.0.2.1:5 milliseconds=2",
    `WARN  handshake: Handshake refused address=192.0.2.1:5 fingerprint=${PRINT} ` +
    'reason="not on the list"',
    "WARN  handshake: Handshake failed address=192.0.2.1:5 milliseconds=2",
    "WARN  handshake: Handshake timed-out address=192.0.2.1:5 milliseconds=10000 " +
    'reason="it took too long"',
    "WARN  handshake: Handshake turned-away address=192.0.2.1:5 milliseconds=0",
    'WARN  room: Turned away code=room-full reason="the room is full" address=192.0.2.1:5',
    `INFO  room: alice joined fingerprint=${PRINT} members=2`,
    `INFO  room: alice is now alicia fingerprint=${PRINT}`,
    "DEBUG room: Message kind=private size=12",
    "DEBUG room: Fan-out seats=2 milliseconds=0.007",
    "TRACE room: Bytes direction=in count=80",
    "INFO  room: Request refused request=rename",
    `WARN  room: alice is throttled fingerprint=${PRINT}`,
    `INFO  room: alice used kick on mallory byFingerprint=${PRINT}`,
    `INFO  room: alice left fingerprint=${PRINT} members=1 reason=left`,
    `WARN  room: alice left fingerprint=${PRINT} members=1 reason=too-slow`,
    `WARN  room: alice left fingerprint=${PRINT} members=1 reason=malformed`,
    `INFO  server: Closing reason="SIGTERM arrived"`,
    "INFO  server: Closed",
  ]);
});

Deno.test("server log: in JSON a line has its properties, and nothing besides", () => {
  const { log, lines } = recordingLog("info");
  log.room.joined?.(ALICE, 2);
  assert.equal(lines.length, 1);
  const { level, category, message, properties } = lines[0];
  assert.deepEqual({ level, category, message, properties }, {
    level: "info",
    category: "room",
    message: "alice joined",
    properties: { nick: "alice", fingerprint: PRINT, members: 2 },
  });
});

Deno.test("server log: what is less serious than the level is left out", () => {
  for (const lowest of LOG_LEVELS) {
    const { log, lines } = recordingLog("trace");
    everything(log);
    log.error(new Error("unexpected"));
    const all = lines.map(({ level }) => level);
    const expected = all.filter((level) => LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(lowest));

    const { log: other, lines: fewer } = recordingLog(lowest);
    everything(other);
    other.error(new Error("unexpected"));
    assert.deepEqual(fewer.map(({ level }) => level), expected);
  }
});

Deno.test("server log: of a flood of handshakes ten lines remain, and a count of the others", () => {
  const { log, lines, clock } = recordingLog("info");
  const end = { result: "failed", milliseconds: 1, address: ADDRESS, error: LATE } as const;
  for (; clock.time < 30_000; clock.time++) log.door.handshake?.(end);
  assert.equal(lines.length, 3 * 10 + 2);
  assert.deepEqual(lines[9].message, "Handshake failed");
  const { level, category, message, properties } = lines[10];
  assert.deepEqual({ level, category, message, properties }, {
    level: "warning",
    category: "handshake",
    message: "9990 more such lines were left out",
    properties: { omitted: 9990, event: "failed" },
  });
  lines.length = 0;
  log.closing("over");
  assert.deepEqual(lines.map(({ message }) => message), [
    "9990 more such lines were left out",
    "Closing",
  ]);
  lines.length = 0;
  log.closed();
  assert.deepEqual(lines.map(({ message }) => message), ["Closed"]);
});

Deno.test("server log: a flood of one kind does not hide another", () => {
  const { log, lines } = recordingLog("info");
  for (let count = 0; count < 1_000; count++) {
    log.door.handshake?.({ result: "turned-away", milliseconds: 1, address: ADDRESS, error: LATE });
  }
  lines.length = 0;
  everything(log);
  assert.equal(lines.length, 13);
  assert.ok(lines.every(({ message }) => message !== "Handshake turned-away"));
});

Deno.test("server log: whatever others can cause above level debug has a limit", () => {
  const { log, lines } = recordingLog("info");
  const room: RoomObserver = { ...log.room, moderated() {} };
  for (let count = 0; count < 1_000; count++) {
    everything({ door: log.door, room });
    log.error(new NetworkError("cut", "the connection was cut"));
  }
  assert.ok(lines.length < 1_000, `${lines.length} lines`);
});

Deno.test("server log: a count of lines is told only at a level that is written", () => {
  const { log, lines, clock } = recordingLog("warning");
  const end = { result: "hung-up", milliseconds: 1, address: ADDRESS, error: LATE } as const;
  for (let count = 0; count < 1_000; count++) {
    log.door.handshake?.(end);
  }
  clock.time += 10_000;
  log.door.handshake?.(end);
  assert.deepEqual(lines, []);
});

Deno.test("server log: of a ban it has the fingerprint, and not the operator's words", () => {
  const { log, lines } = recordingLog("info");
  log.door.refused?.(ALICE.key, ADDRESS, "banned");
  const error = new AuthenticationError("key-refused", "you are banned; reason: sentinel");
  log.door.turnedAway?.(error, ADDRESS);
  assert.deepEqual(lines.map(({ message, properties }) => ({ message, properties })), [{
    message: "Handshake refused",
    properties: { result: "refused", address: ADDRESS, fingerprint: PRINT, reason: "banned" },
  }, {
    message: "Turned away",
    properties: { code: "key-refused", reason: "banned", address: ADDRESS },
  }]);
});

Deno.test("server log: of an invitation that was revoked it does not say that it is a ban", () => {
  const { log, lines } = recordingLog("info");
  const error = new AuthenticationError("key-refused", "this invitation was revoked");
  log.door.turnedAway?.(error, ADDRESS);
  assert.deepEqual(lines.map(({ properties }) => properties), [
    { code: "key-refused", reason: "this invitation was revoked", address: ADDRESS },
  ]);
});

Deno.test("server log: an error is its sentence and code, without an invitation", () => {
  const { log, lines } = recordingLog("info");
  log.error(new NetworkError("cut", "{code} was cut"));
  log.error(new Error("cannot read x25519-chat://192.0.2.1:5/SECRET"));
  log.error("only words");
  assert.deepEqual(lines.map(({ level, properties }) => ({ level, properties })), [
    { level: "error", properties: { code: "cut" } },
    { level: "error", properties: { code: "unexpected" } },
    { level: "error", properties: { code: "unexpected" } },
  ]);
  assert.match(lines[0].message, /^\{code\} was cut; /);
  assert.match(lines[1].message, /^cannot read x25519-chat:\/\/… /);
  assert.match(lines[2].message, /^only words /);
});

Deno.test("server log: at level debug an error says where it was thrown", () => {
  const { log, lines } = recordingLog("debug");
  log.error(new Error("cannot read x25519-chat://192.0.2.1:5/SECRET"));
  const { stack } = lines[0].properties;
  assert.match(String(stack), /server_log_test\.ts:\d+/);
  assert.doesNotMatch(String(stack), /SECRET/);
});

Deno.test("server log: a notice is one line, as it stands", () => {
  const { log, lines } = textLog();
  log.notice("This identity is temporary:\n{home} is not known");
  assert.deepEqual(lines, ["INFO  server: This identity is temporary: {home} is not known"]);
});

Deno.test("server log: nobody's words begin a line or reach a terminal", () => {
  const text = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(text, text, (nick, words) => {
      const { log, lines } = textLog();
      log.room.moderated?.(words, { ...ALICE, nick }, words);
      log.notice(words);
      log.error(new Error(words));
      assert.equal(lines.length, 3);
      for (const line of lines) assert.equal(sanitiseLine(line), line);
    }),
  );
});

Deno.test("server log: two logs know nothing of each other", () => {
  const first = recordingLog("info");
  const second = recordingLog("error");
  first.log.closed();
  second.log.closed();
  assert.equal(first.lines.length, 1);
  assert.equal(second.lines.length, 0);
});
