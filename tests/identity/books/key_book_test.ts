import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "npm:fast-check@4.10.2";
import { UsageError } from "../../../lib/errors.ts";
import { fileStore, KeyBook, memoryStore, type TextStore } from "../../../lib/identity/mod.ts";
import { fixture, folderTest, runToEnd, usageError } from "../fixtures/support.ts";

const [ONE, TWO, THREE] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
const [ONE64, TWO64] = [ONE, TWO].map((key) => Buffer.from(key).toString("base64"));

function bookOf(text: string): { book: KeyBook; store: TextStore } {
  const store = memoryStore("/home/ada/known_hosts", text);
  return { book: new KeyBook(store), store };
}

Deno.test("key book: the lines with keys, and where they stand", async () => {
  const { book } = bookOf(
    [
      "# servers",
      "",
      `example.org:12345 x25519 ${ONE64} 2026-11-23`,
      ` \texample.org:12345\t \tx25519 \t${TWO64}   two   words\t `,
      "example.org:12345 ssh-ed25519 AAAA of another type",
      `[2001:db8::1]:1 x25519 ${ONE64}`,
      "  # comment",
      `ada#1 x25519 ${TWO64} # a note`,
    ].join("\n"),
  );
  assert.equal(book.name, "/home/ada/known_hosts");
  const entries = await book.entries();
  assert.deepEqual(entries, [
    { subject: "example.org:12345", key: ONE, note: "2026-11-23", line: 3 },
    { subject: "example.org:12345", key: TWO, note: "two   words", line: 4 },
    { subject: "[2001:db8::1]:1", key: ONE, note: "", line: 6 },
    { subject: "ada#1", key: TWO, note: "# a note", line: 8 },
  ]);
  assert.deepEqual(await bookOf("").book.entries(), []);
});

Deno.test("key book: a line that cannot be read is an error, and nothing is changed", async () => {
  const problems = [
    ["ada", "a name, a key type and a key are needed"],
    ["ada x25519", "a name, a key type and a key are needed"],
    ["ada x25519  \t", "a name, a key type and a key are needed"],
    [`ada ${ONE64}`, "a name, a key type and a key are needed"],
    ["ada x25519 2026-11-23", "the key is not base64"],
    [`ada x25519 ${ONE64.slice(0, -1)}`, "the key is not base64"],
    [`ada x25519 ${ONE64.slice(0, 20)}`, "the key has 15 bytes instead of 32"],
    [`ada x25519 ${ONE64}=`, "the key is not base64"],
    // The same 32 bytes with bits behind them that mean nothing.
    [`ada x25519 ${ONE64.slice(0, -2)}F=`, "the key is not base64"],
    ["ada x25519 -_-_", "the key is not base64"],
    [`ada x25519 ${Buffer.alloc(33).toString("base64")}`, "the key has 33 bytes instead of 32"],
    // Not a blank: it is part of a word.
    [`ada\u00a0x25519 ${ONE64}`, "a name, a key type and a key are needed"],
  ];
  for (const [line, problem] of problems) {
    const text = `# first\nbob x25519 ${TWO64}\n${line}\n`;
    const { book, store } = bookOf(text);
    const refused = usageError(
      "bad-file",
      `/home/ada/known_hosts, line 3: ${problem}; fix the line or remove it`,
    );
    await assert.rejects(book.entries(), refused);
    await assert.rejects(book.add("eve", THREE, ""), refused);
    await assert.rejects(book.remove("bob"), refused);
    assert.equal(await store.read(), text);
  }
});

Deno.test("key book: adding", async () => {
  const { book, store } = bookOf("# no end");
  await book.add("ada", ONE, "2026-11-23");
  await book.add("ada", TWO, "");
  await book.add("bob", ONE, "a  note ");
  assert.equal(
    await store.read(),
    `# no end\nada x25519 ${ONE64} 2026-11-23\nada x25519 ${TWO64}\nbob x25519 ${ONE64} a  note\n`,
  );
  const before = await store.read();
  await book.add("ada", ONE, "another day");
  assert.equal(await store.read(), before, "what is there already is not added");
  const empty = bookOf("");
  await empty.book.add("ada", ONE, "");
  assert.equal(await empty.store.read(), `ada x25519 ${ONE64}\n`);
});

Deno.test("key book: what would not be one line with its words is not added", async () => {
  const { book, store } = bookOf("");
  for (
    const subject of ["", "#ada", "a b", "a\tb", "a\nb", "a\0", "a\u0085", "a\u00a0b", "\ud800"]
  ) {
    await assert.rejects(book.add(subject, ONE, ""), RangeError, JSON.stringify(subject));
  }
  for (const note of ["a\nb", "a\rb", "\x1b", "a\tb", "\udfff"]) {
    await assert.rejects(book.add("ada", ONE, note), RangeError, JSON.stringify(note));
  }
  await assert.rejects(book.add("ada", ONE.subarray(1), ""), RangeError);
  assert.equal(await store.read(), "");
});

Deno.test("key book: removing takes its lines and leaves the others as they are", async () => {
  const lines = [
    "# servers\n",
    `ada   x25519\t${ONE64}  note \n`,
    " \t\n",
    `bob x25519 ${ONE64}\n`,
    "ada ssh-rsa AAAA\n",
    `ada x25519 ${TWO64}`,
  ];
  const byName = bookOf(lines.join(""));
  assert.equal(await byName.book.remove("ada"), 2);
  assert.equal(await byName.store.read(), [lines[0], ...lines.slice(2, 5)].join(""));
  assert.equal(await byName.book.remove("ada"), 0);
  const byKey = bookOf(lines.join(""));
  assert.equal(await byKey.book.remove(({ key }) => key[0] === 1), 2);
  assert.equal(await byKey.store.read(), [lines[0], lines[2], lines[4], lines[5]].join(""));
});

/** A line that people may write and that is to stay. */
const otherLine = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "\t",
    "#",
    "ada ssh-rsa AAAA",
    `# ada x25519 ${ONE64}`,
    "ada ssh-dss AAAA",
  ),
  fc.string({ unit: "grapheme" }).map((text) => `# ${text.replaceAll("\n", "")}`),
);
const subjects = fc.string({ unit: fc.constantFrom(..."ab1:.[]#é€𝄞"), minLength: 1 })
  .filter((subject) => !subject.startsWith("#"));
const keys = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((key) => {
  // The top bit of a canonical key is 0.
  key[31] &= 0x3f;
  return key;
});

Deno.test("key book: a key that is not canonical is an error, and is not added", async () => {
  const store = memoryStore("known_hosts", `a x25519 ${"/".repeat(42)}8=\n`);
  const book = new KeyBook(store);
  await assert.rejects(book.entries(), { code: "bad-file", message: /line 1: .*canonical form/ });
  const key = new Uint8Array(32).fill(0xff);
  await assert.rejects(new KeyBook(memoryStore("known_hosts")).add("b", key, ""), RangeError);
});

const notes = fc.string({ unit: fc.constantFrom(..."ab #=") });

Deno.test("key book: what is added is found, and once removed it leaves no trace", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(otherLine),
    fc.boolean(),
    subjects,
    keys,
    notes,
    async (lines, hasEnd, subject, key, note) => {
      const text = lines.join("\n") + (hasEnd && lines.length > 0 ? "\n" : "");
      const { book, store } = bookOf(text);
      await book.add(subject, key, note);
      const [entry, ...others] = (await book.entries()).filter((entry) =>
        entry.subject === subject
      );
      assert.deepEqual([entry.subject, [...entry.key]], [subject, [...key]]);
      assert.equal(entry.note, note.replace(/^ +| +$/g, ""));
      assert.equal(others.length, 0);
      assert.ok((await store.read()).startsWith(text));
      assert.equal(await book.remove(subject), 1);
      const left = await store.read();
      assert.equal(left, text === "" || text.endsWith("\n") ? text : `${text}\n`);
    },
  ));
});

Deno.test("key book: any text is a book or a sentence", async () => {
  const words = fc.constantFrom("x25519", ONE64, TWO64, "ada", "#", " ", "\t", "\n", "=", "\u00a0");
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(words, { maxLength: 20 }).map((parts) => parts.join("")),
  );
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const { book, store } = bookOf(text);
      try {
        const entries = await book.entries();
        assert.equal(await book.remove(() => true), entries.length);
        assert.deepEqual(await book.entries(), []);
      } catch (error) {
        assert.ok(error instanceof UsageError, `${error}`);
        assert.match(error.message, /^\/home\/ada\/known_hosts, line [0-9]+: /);
        assert.equal(await store.read(), text);
      }
    }),
    { numRuns: 500 },
  );
});

folderTest("key book: programs that write at once lose nothing", async (folder) => {
  const path = `${folder}/known_hosts`;
  await Deno.writeTextFile(path, "# before");
  const names = ["ada", "bob", "eve"];
  const count = 50;
  const here = new KeyBook(fileStore(path));
  await Promise.all([
    ...names.map((name) => runToEnd(fixture("add_keys", [path, name, `${count}`]))),
    ...Array.from({ length: count }, (_, number) => here.add(`here-${number}`, ONE, "")),
  ]);
  const subjects = (await here.entries()).map(({ subject }) => subject).sort();
  const expected = [...names, "here"]
    .flatMap((name) => Array.from({ length: count }, (_, number) => `${name}-${number}`));
  assert.deepEqual(subjects, expected.sort());
  assert.ok((await Deno.readTextFile(path)).startsWith("# before\n"));
});
