import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { sha256 } from "../../../lib/crypto/mod.ts";
import { UsageError } from "../../../lib/errors.ts";
import {
  BanBook,
  type BanRecord,
  fileStore,
  fingerprint,
  memoryStore,
  parseFingerprint,
  type TextStore,
} from "../../../lib/identity/mod.ts";
import { folderTest, usageError } from "../fixtures/support.ts";

const NAME = "/srv/banned_keys";
const DAY = "2026-11-23";
const KEYS = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
const [ONE, TWO, THREE] = KEYS.map((key) => sha256(key));
const [PRINT1, PRINT2, PRINT3] = KEYS.map((key) => fingerprint(key));

/** A book, its text, and how to edit it. */
function bookOf(text = "") {
  const store = memoryStore(NAME, text);
  return {
    book: new BanBook(store),
    text: () => store.read(),
    edit: (text: string) => store.update(() => text),
  };
}

function record(more: Partial<BanRecord> = {}): BanRecord {
  return { target: ONE, fingerprint: PRINT1, nick: "eve", date: DAY, reason: "", ...more };
}

Deno.test("ban book: an empty one has nobody in it", async () => {
  const { book } = bookOf();
  assert.deepEqual(await book.records(), []);
  assert.equal(await book.find(ONE), undefined);
  assert.equal(await book.remove(ONE), false);
});

Deno.test("ban book: a ban is a line, and comes back as it was", async () => {
  const { book, text } = bookOf();
  await book.add({ target: ONE, nick: "eve", date: DAY, reason: "too much spam" });
  await book.add({ target: TWO, nick: "", date: DAY, reason: "" });
  await book.add({ target: THREE, nick: "", date: DAY, reason: "a robot" });
  assert.equal(
    await text(),
    `${PRINT1} ${DAY} eve too much spam\n${PRINT2} ${DAY} -\n${PRINT3} ${DAY} - a robot\n`,
  );
  const expected = [
    record({ reason: "too much spam" }),
    record({ target: TWO, fingerprint: PRINT2, nick: "" }),
    record({ target: THREE, fingerprint: PRINT3, nick: "", reason: "a robot" }),
  ];
  assert.deepEqual(await book.records(), expected);
  assert.deepEqual(await book.find(TWO), expected[1]);
  assert.deepEqual(await bookOf(await text()).book.records(), expected);
});

Deno.test("ban book: a target is what a fingerprint shows", async () => {
  const { book } = bookOf();
  await book.add({ target: ONE, nick: "eve", date: DAY, reason: "" });
  assert.equal((await book.find(sha256(KEYS[0])))?.fingerprint, fingerprint(KEYS[0]));
  assert.equal(await book.find(KEYS[0]), undefined, "the key itself is none");
});

Deno.test("ban book: another ban of the same key takes the place of the older one", async () => {
  const { book, text } = bookOf(`# bans\n${PRINT1} 2026-01-01 eve once\n${PRINT2} ${DAY} bob\n`);
  await book.add({ target: ONE, nick: "eva", date: DAY, reason: "twice" });
  assert.equal(await text(), `# bans\n${PRINT2} ${DAY} bob\n${PRINT1} ${DAY} eva twice\n`);
});

Deno.test("ban book: what people have written stays as it is", async () => {
  const before = `# bans\n\n \t# of old\n ${PRINT2}\t2026-01-01   bob  was  loud \n#end`;
  const { book, text } = bookOf(before);
  assert.deepEqual(await book.records(), [
    record({
      target: TWO,
      fingerprint: PRINT2,
      date: "2026-01-01",
      nick: "bob",
      reason: "was loud",
    }),
  ]);
  await book.add({ target: ONE, nick: "eve", date: DAY, reason: "" });
  assert.equal(await text(), `${before}\n${PRINT1} ${DAY} eve\n`);
  assert.equal(await book.remove(ONE), true);
  assert.equal(await text(), `${before}\n`);
  assert.equal(await book.remove(TWO), true);
  assert.equal(await text(), "# bans\n\n \t# of old\n#end\n");
  assert.equal(await book.remove(TWO), false);
});

Deno.test("ban book: a fingerprint alone is a ban", async () => {
  const { book } = bookOf(`${PRINT1}\n${PRINT2} ${DAY}\n${PRINT3} ${DAY} carol`);
  assert.deepEqual(await book.records(), [
    record({ date: "", nick: "" }),
    record({ target: TWO, fingerprint: PRINT2, nick: "" }),
    record({ target: THREE, fingerprint: PRINT3, nick: "carol" }),
  ]);
});

Deno.test("ban book: of several lines with one key all end with the ban", async () => {
  const { book, text } = bookOf(`${PRINT1} ${DAY} eve\n${PRINT2}\n${PRINT1} ${DAY} eva again\n`);
  assert.equal((await book.records()).length, 2);
  assert.equal((await book.find(ONE))?.reason, "again", "the last of them counts");
  await book.remove(ONE);
  assert.equal(await text(), `${PRINT2}\n`);
});

Deno.test("ban book: an edit counts at once", async () => {
  const { book, edit } = bookOf(`${PRINT1} ${DAY} eve\n`);
  assert.notEqual(await book.find(ONE), undefined);
  await edit(`${PRINT2} ${DAY} bob\n`);
  assert.equal(await book.find(ONE), undefined);
  assert.notEqual(await book.find(TWO), undefined);
});

Deno.test("ban book: a line that cannot be read is an error with the file and the line", async () => {
  const lines = [
    "eve",
    `eve ${PRINT1}`,
    "SHA256:",
    PRINT1.slice(0, -1),
    `${PRINT1}=`,
    `${PRINT1}x`,
    PRINT1.toLowerCase(),
    PRINT1.replace("SHA256:", "SHA256 "),
    PRINT1.replace("SHA256:", "MD5:"),
    `SHA256:${"x".repeat(43)}`,
    `\u200b${PRINT1}`,
    `x25519 ${btoa("\x01".repeat(32))}`,
  ];
  for (const line of lines) {
    const { book, text } = bookOf(`# bans\n${PRINT2} ${DAY} bob\n${line}\n`);
    const before = await text();
    const problem = usageError(
      "bad-file",
      `${NAME}, line 3: it does not begin with a fingerprint (SHA256:…); fix the line or remove it`,
    );
    const add = () => book.add({ target: ONE, nick: "eve", date: DAY, reason: "" });
    for (const call of [() => book.records(), () => book.find(TWO), () => book.find(ONE), add]) {
      await assert.rejects(call(), problem, line);
    }
    await assert.rejects(book.remove(TWO), problem);
    assert.equal(await text(), before, "and nothing has been changed");
  }
});

Deno.test("ban book: once a line is mended the book is read again", async () => {
  const { book, edit } = bookOf(`${PRINT1} ${DAY} eve\n`);
  await edit("oops\n");
  await assert.rejects(book.find(ONE), { code: "bad-file" });
  await edit(`${PRINT1} ${DAY} eve\n`);
  assert.deepEqual(await book.find(ONE), record());
});

Deno.test("ban book: a reason or a name with line breaks and controls stays on one line", async () => {
  const { book, text } = bookOf();
  const reason = ` one\n${PRINT2}\r\n\ttwo\x1b[2J\u2028three\u0085four\u2029 `;
  await book.add({ target: ONE, nick: "e v\ne\x07", date: DAY, reason });
  assert.equal((await text()).split("\n").length, 2);
  assert.deepEqual(await book.records(), [
    record({ nick: "e_v_e", reason: `one ${PRINT2} two [2J three four` }),
  ]);
  assert.equal(await book.find(TWO), undefined);
});

Deno.test("ban book: what is no name is written down as none", async () => {
  // The nickname `-` is one of them: that person is known by the fingerprint alone.
  for (const nick of ["", "-", " ", "\n", "\x00"]) {
    const { book, text } = bookOf();
    await book.add({ target: ONE, nick, date: DAY, reason: "- why" });
    assert.equal(await text(), `${PRINT1} ${DAY} - - why\n`);
    assert.deepEqual(await book.records(), [record({ nick: "", reason: "- why" })]);
  }
});

Deno.test("ban book: names and reasons that look like something else are themselves", async () => {
  const { book } = bookOf();
  for (const nick of ["#1", "--", "-5", "SHA256:x", "2026-01-01", "山田", "\\", '"']) {
    await book.add({ target: ONE, nick, date: DAY, reason: "# no comment" });
    assert.deepEqual(await book.records(), [record({ nick, reason: "# no comment" })]);
  }
});

Deno.test("ban book: a target of another size is a mistake, and changes nothing", async () => {
  const { book, text } = bookOf();
  for (const size of [0, 31, 33]) {
    const target = new Uint8Array(size);
    await assert.rejects(book.add({ target, nick: "eve", date: DAY, reason: "" }), RangeError);
  }
  assert.equal(await text(), "");
});

Deno.test("ban book: it asks the store each time, and reads the text only if it has changed", async () => {
  let reads = 0;
  let text = `${PRINT1} ${DAY} eve\n`;
  const store: TextStore = {
    name: NAME,
    read: () => (reads++, Promise.resolve(text)),
    update: () => Promise.reject(new Error("nobody changes it here")),
  };
  const book = new BanBook(store);
  const first = await book.find(ONE);
  assert.equal(await book.find(ONE), first, "the same record, so it was not parsed again");
  assert.equal(reads, 2);
  text = "";
  assert.equal(await book.find(ONE), undefined);
});

Deno.test("ban book: whatever is added comes back, on one line each", async () => {
  const texts = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));
  const bans = fc.array(
    fc.record({
      target: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      nick: texts,
      reason: texts,
    }),
    { maxLength: 5 },
  );
  await fc.assert(fc.asyncProperty(bans, async (bans) => {
    const { book, text } = bookOf();
    for (const ban of bans) await book.add({ ...ban, date: DAY });
    const targets = new Set(bans.map(({ target }) => target.join()));
    assert.equal((await text()).split("\n").length, targets.size + 1);
    for (const { target } of bans) {
      const found = await book.find(target);
      assert.deepEqual(found?.target, target);
      assert.equal(found?.date, DAY);
      assert.doesNotMatch(found?.reason + found?.nick, /\p{Cc}/u);
    }
    for (const { target } of bans) await book.remove(target);
    assert.equal(await text(), "");
  }));
});

Deno.test("ban book: any text is a book or a sentence with its line", async () => {
  const words = fc.constantFrom(PRINT1, PRINT2, DAY, "eve", "#", " ", "\n", "\t", "SHA256:", "-");
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(words, { maxLength: 20 }).map((parts) => parts.join("")),
  );
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      try {
        for (const { target, fingerprint } of await bookOf(text).book.records()) {
          assert.deepEqual(parseFingerprint(fingerprint), target);
          assert.ok(text.includes(fingerprint));
        }
      } catch (error) {
        assert.ok(error instanceof UsageError, `${error}`);
        assert.match(error.message, /^\/srv\/banned_keys, line [0-9]+: /);
      }
    }),
    { numRuns: 500 },
  );
});

folderTest("ban book: in a file it lasts, and what an editor does to it counts", async (folder) => {
  const path = `${folder}/banned_keys`;
  const book = new BanBook(fileStore(path));
  await book.add({ target: ONE, nick: "eve", date: DAY, reason: "two\nlines\u0007" });
  assert.equal(await Deno.readTextFile(path), `${PRINT1} ${DAY} eve two lines\n`);
  const other = new BanBook(fileStore(path));
  assert.deepEqual(await other.find(ONE), record({ reason: "two lines" }));
  await Deno.writeTextFile(path, `# nobody but bob\n${PRINT2} ${DAY} bob\n`);
  assert.equal(await book.find(ONE), undefined);
  assert.deepEqual((await book.records()).map(({ nick }) => nick), ["bob"]);
  await Deno.writeTextFile(path, `${PRINT1} ${DAY} bob\r\n`);
  assert.deepEqual((await book.find(ONE))?.nick, "bob");
});
