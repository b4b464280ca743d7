import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import {
  formatEntry,
  literal,
  LOG_LEVELS,
  type LogEntry,
  type LogProperties,
} from "../../../lib/server/log/log_format.ts";
import { sanitiseLine } from "../../../lib/terminal/text/sanitise.ts";

const TIME = Date.UTC(2026, 10, 23, 12);

/** What stands for a value in a line of text. */
const VALUE = /("(?:[^"\\]|\\.)*"|[^\s"=\\]+)/.source;

function joined(nick: string, more: LogProperties = {}): LogEntry {
  const properties = { nick, fingerprint: "SHA256:abc", members: 3, ...more };
  return { time: TIME, level: "info", category: "room", template: "{nick} joined", properties };
}

function plain(template: string, properties: LogProperties = {}): LogEntry {
  return { time: TIME, level: "error", category: "server", template, properties };
}

Deno.test("log format: text is time, level, category, sentence and what is not in it", () => {
  assert.equal(
    formatEntry("text", joined("alice")),
    "2026-11-23T12:00:00.000Z INFO  room: alice joined fingerprint=SHA256:abc members=3",
  );
});

Deno.test("log format: JSON is the same in fields, with all properties", () => {
  assert.deepEqual(JSON.parse(formatEntry("json", joined("alice"))), {
    time: "2026-11-23T12:00:00.000Z",
    level: "info",
    category: "room",
    message: "alice joined",
    properties: { nick: "alice", fingerprint: "SHA256:abc", members: 3 },
  });
});

Deno.test("log format: the sentences of all levels begin at the same place", () => {
  const columns = LOG_LEVELS.map((level) =>
    formatEntry("text", { ...plain("here"), level }).indexOf("server: here")
  );
  assert.deepEqual(columns, LOG_LEVELS.map(() => "2026-11-23T12:00:00.000Z INFO  ".length));
});

Deno.test("log format: a value that could be taken for something else is quoted", () => {
  const quoted = {
    "a b": `"a b"`,
    "": `""`,
    "members=9": `"members=9"`,
    'say "hello"': String.raw`"say \"hello\""`,
    "back\\slash": String.raw`"back\\slash"`,
    "a\u00a0b": `"a\u00a0b"`,
    "Grüße,漢字😀": "Grüße,漢字😀",
    "[::1]:12345": "[::1]:12345",
  };
  for (const [value, expected] of Object.entries(quoted)) {
    assert.ok(
      formatEntry("text", joined(value)).endsWith(
        `room: ${expected} joined fingerprint=SHA256:abc members=3`,
      ),
    );
    assert.ok(formatEntry("text", plain("x", { value })).endsWith(`: x value=${expected}`));
  }
});

Deno.test("log format: text does nothing to a terminal and stays on one line", () => {
  const line = formatEntry("text", joined("a\x1b[2J\r\n2026 INFO\u202e", { reason: "\x9b\u2028" }));
  assert.equal(sanitiseLine(line), line);
  assert.match(line, /room: "a␛\[2J␊2026 INFO<U\+202E>" joined .* reason=<U\+009B><U\+2028>$/);
});

Deno.test("log format: no nickname forges a field of a line of text", () => {
  const pattern = new RegExp(
    `^2026-11-23T12:00:00\\.000Z INFO  room: ${VALUE} joined fingerprint=SHA256:abc members=3$`,
    "u",
  );
  const unit = fc.oneof(
    fc.constantFrom(" ", "=", '"', "\\", "\n", "{", "}", "joined", "members=9", "{members}"),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(fc.array(unit).map((units) => units.join("")), (nick) => {
      const line = formatEntry("text", joined(nick));
      assert.equal(sanitiseLine(line), line);
      const shown = pattern.exec(line)?.[1];
      assert.ok(shown !== undefined, line);
      assert.equal(shown.startsWith('"') ? JSON.parse(shown) : shown, sanitiseLine(nick));
    }),
  );
});

Deno.test("log format: JSON is one printable line that keeps every property as it is", () => {
  const value = fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.boolean());
  const names = fc.constantFrom("time", "level", "category", "message", "properties", "nick");
  fc.assert(
    fc.property(fc.dictionary(names, value, { noNullPrototype: true }), (properties) => {
      const line = formatEntry("json", plain("hello", properties));
      assert.equal(sanitiseLine(line), line);
      assert.deepEqual(JSON.parse(line), {
        time: "2026-11-23T12:00:00.000Z",
        level: "error",
        category: "server",
        message: "hello",
        properties,
      });
    }),
  );
});

Deno.test("log format: an invitation is never written, wherever it stands", () => {
  const invitation = "x25519-chat://192.0.2.1:5/SECRET#KEY";
  const entry = plain(`${literal(`no ${invitation}`)} at {path}`, {
    path: invitation,
    other: `cannot read ${invitation}`,
  });
  for (const format of ["text", "json"] as const) {
    const line = formatEntry(format, entry);
    assert.doesNotMatch(line, /SECRET|KEY|192\.0\.2\.1/);
    assert.match(line, /no x25519-chat:\/\/… at x25519-chat:\/\/…/);
    assert.match(line, /other.*cannot read x25519-chat:\/\/…"/);
  }
});

Deno.test("log format: a literal stands for itself, whatever braces it has", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("{", "}", "code", "a")), (units) => {
      const text = units.join("");
      const line = formatEntry("text", plain(literal(text), { code: 1 }));
      assert.ok(line.endsWith(`server: ${text} code=1`), line);
    }),
  );
});

Deno.test("log format: a name that is no property stays in the sentence", () => {
  const line = formatEntry("text", plain("{toString} {code}", { code: 1 }));
  assert.ok(line.endsWith("server: {toString} 1"), line);
});
