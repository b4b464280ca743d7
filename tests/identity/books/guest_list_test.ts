import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "npm:fast-check@4.10.2";
import { UsageError } from "../../../lib/errors.ts";
import {
  fileStore,
  GuestList,
  memoryStore,
  parsePublicKeyLine,
  type TextStore,
} from "../../../lib/identity/mod.ts";
import { folderTest, usageError } from "../fixtures/support.ts";

const NAME = "/srv/guests";
const KEYS = [1, 2, 3, 4].map((byte) => new Uint8Array(32).fill(byte));
const [ONE, TWO, THREE, FOUR] = KEYS;
const [ONE64, TWO64, THREE64, FOUR64] = KEYS.map((key) => Buffer.from(key).toString("base64"));

// Made with `ssh-keygen -t ed25519`, for this test.
const SSH_LINE =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1AvS5yAwvsMugkndWsZXfdRypPDJiilWKzUl9CeGjC carol@host";

/** A list, what it told, and how to edit it. */
function listOf(text: string) {
  const store = memoryStore(NAME, text);
  const told: string[] = [];
  const list = new GuestList(store, (sentence) => told.push(sentence));
  return { list, told, edit: (text: string) => store.update(() => text) };
}

Deno.test("guest list: whose key is on it has a name", async () => {
  const { list, told } = listOf(
    `# guests\n\nx25519 ${ONE64} ada of london\n  x25519 ${TWO64}\n\t# x25519 ${THREE64}\n`,
  );
  assert.equal(await list.load(), 2);
  assert.deepEqual(await list.find(ONE), { name: "ada of london", isOperator: false });
  assert.deepEqual(await list.find(TWO), { name: "", isOperator: false });
  assert.equal(await list.find(THREE), undefined);
  assert.deepEqual(told, []);
});

Deno.test("guest list: an empty one lets nobody in", async () => {
  const { list } = listOf("# nobody yet\n");
  assert.equal(await list.load(), 0);
  assert.equal(await list.find(ONE), undefined);
});

Deno.test("guest list: the first of several lines with one key counts", async () => {
  const { list } = listOf(`x25519 ${ONE64} ada\nx25519 ${ONE64} eve\n`);
  assert.equal(await list.load(), 1);
  assert.deepEqual(await list.find(ONE), { name: "ada", isOperator: false });
});

Deno.test("guest list: a line of authorized_keys lets in by the converted key", async () => {
  const parsed = await parsePublicKeyLine(SSH_LINE);
  assert.ok(parsed.kind === "key", JSON.stringify(parsed));
  const { list } = listOf(`${SSH_LINE}\n`);
  assert.deepEqual(await list.find(parsed.key), { name: "carol@host", isOperator: false });
});

Deno.test("guest list: what is of no use here is passed over and told once", async () => {
  const rsa = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7 dave@host";
  const options = `restrict x25519 ${THREE64} eve`;
  const { list, told, edit } = listOf(`# team\n${rsa}\nx25519 ${ONE64} ada\n${options}\n`);
  assert.equal(await list.load(), 1);
  const expected = [
    `${NAME}, line 2: passed over, an ssh-rsa key cannot be used here`,
    `${NAME}, line 4: passed over, a line with options cannot be used here`,
  ];
  assert.deepEqual(told, expected);
  await list.load();
  assert.equal(await list.find(THREE), undefined);
  assert.deepEqual(told, expected, "once");
  await edit(`${rsa}\nx25519 ${ONE64} ada\nssh-dss AAAA\n`);
  assert.deepEqual(await list.find(ONE), { name: "ada", isOperator: false });
  assert.deepEqual(told.slice(2), [
    `${NAME}, line 3: passed over, an ssh-dss key cannot be used here`,
  ]);
});

Deno.test("guest list: a line that cannot be read is an error at the start", async () => {
  const lines = [
    "ada",
    "x25519",
    `x25519 ${ONE64.slice(1)} ada`,
    `${ONE64} ada`,
    `x25519 ${Buffer.alloc(32).toString("base64")} of low order`,
  ];
  for (const line of lines) {
    const { list } = listOf(`# guests\nx25519 ${TWO64} bob\n${line}\n`);
    const parsed = await parsePublicKeyLine(line);
    assert.ok(parsed.kind === "malformed");
    const refused = usageError(
      "bad-file",
      `${NAME}, line 3: ${parsed.problem}; fix the line or remove it`,
    );
    await assert.rejects(list.load(), refused);
    await assert.rejects(list.find(TWO), refused, "there is no good list to go by");
  }
});

Deno.test("guest list: an edit counts at once", async () => {
  const { list, edit } = listOf(`x25519 ${ONE64} ada\n`);
  await list.load();
  await edit(`x25519 ${TWO64} bob\n`);
  assert.equal(await list.find(ONE), undefined);
  assert.deepEqual(await list.find(TWO), { name: "bob", isOperator: false });
  await edit("");
  assert.equal(await list.find(TWO), undefined);
  assert.equal(await list.load(), 0);
});

Deno.test("guest list: while it is broken the last good one holds", async () => {
  const { list, told, edit } = listOf(`x25519 ${ONE64} ada\n`);
  await list.load();
  const broken = `x25519 ${TWO64} bob\nx25519 oops! eve\n`;
  const problem = `${NAME}, line 2: the key is not base64; fix the line or remove it`;
  await edit(broken);
  for (let round = 0; round < 3; round++) {
    assert.deepEqual(await list.find(ONE), { name: "ada", isOperator: false });
    assert.equal(await list.find(TWO), undefined, "not even the good lines of a broken list");
  }
  assert.deepEqual(told, [`${problem}; until then the list holds as it was before`]);
  await assert.rejects(list.load(), usageError("bad-file", problem));
  await edit(`x25519 ${TWO64} bob\n`);
  assert.equal(await list.find(ONE), undefined);
  assert.deepEqual(await list.find(TWO), { name: "bob", isOperator: false });
  assert.equal(told.length, 1);
  await edit(broken);
  assert.deepEqual(await list.find(TWO), { name: "bob", isOperator: false });
  assert.equal(told.length, 2, "a problem that comes back is told again");
});

Deno.test("guest list: the word operator in front of a key makes an operator", async () => {
  const parsed = await parsePublicKeyLine(SSH_LINE);
  assert.ok(parsed.kind === "key");
  const { list, told } = listOf([
    `operator x25519 ${ONE64} ada of london`,
    ` \toperator\t x25519 ${TWO64}`,
    `x25519 ${THREE64} operator`,
    `operator ${SSH_LINE}`,
    `# operator x25519 ${FOUR64}`,
  ].join("\n"));
  assert.equal(await list.load(), 4);
  assert.deepEqual(await list.find(ONE), { name: "ada of london", isOperator: true });
  assert.deepEqual(await list.find(TWO), { name: "", isOperator: true });
  assert.deepEqual(await list.find(parsed.key), { name: "carol@host", isOperator: true });
  assert.deepEqual(
    await list.find(THREE),
    { name: "operator", isOperator: false },
    "a name makes nobody one",
  );
  assert.equal(await list.find(FOUR), undefined);
  assert.deepEqual(told, []);
});

Deno.test("guest list: a word that is not quite operator makes nobody one, and is told of", async () => {
  // Such a line looks like one with options, of which it is not known what they allow.
  for (
    const word of ["operators", "Operator", "OPERATOR", "operator,restrict", "op", "operator:"]
  ) {
    for (const line of [`${word} x25519 ${ONE64} eve`, `${word} ${SSH_LINE}`]) {
      const { list, told } = listOf(`x25519 ${TWO64} bob\n${line}\n`);
      assert.equal(await list.load(), 1, "not even as a guest");
      assert.equal(await list.find(ONE), undefined);
      assert.deepEqual(told, [
        `${NAME}, line 2: passed over, a line with options cannot be used here`,
      ]);
    }
  }
});

Deno.test("guest list: operator goes with neither options nor itself", async () => {
  const options = ['from="192.0.2.*" ', "restrict ", "operator "];
  for (const option of options) {
    const { list, told } = listOf(`operator ${option}x25519 ${ONE64} eve\n`);
    assert.equal(await list.load(), 0);
    assert.equal(told.length, 1);
  }
  const { list } = listOf(`restrict operator x25519 ${ONE64} eve\n`);
  await assert.rejects(list.load(), { code: "bad-file", message: /^\/srv\/guests, line 1: / });
  const rsa = listOf("operator ssh-rsa AAAA dave@host\n");
  assert.equal(await rsa.list.load(), 0);
  assert.deepEqual(rsa.told, [
    `${NAME}, line 1: passed over, an ssh-rsa key cannot be used here`,
  ]);
});

Deno.test("guest list: operator with no key behind it is an error with its line", async () => {
  const beginning = "it begins with neither x25519 nor ssh-ed25519";
  const cases: readonly (readonly [line: string, problem: string])[] = [
    ["operator", beginning],
    [" operator \t ", beginning],
    ["operator ada", beginning],
    ["operator x25519", "the key is missing"],
    [`operator ${ONE64} ada`, beginning],
    [`operatorx25519 ${ONE64}`, beginning],
    [`operator x25519 ${ONE64.slice(1)} ada`, "the key is not base64"],
  ];
  for (const [line, problem] of cases) {
    const { list } = listOf(`x25519 ${TWO64} bob\n${line}\n`);
    const message = `${NAME}, line 2: ${problem}; fix the line or remove it`;
    await assert.rejects(list.load(), usageError("bad-file", message), line);
  }
});

Deno.test("guest list: of several lines with one key the first says who is an operator", async () => {
  for (const isOperator of [true, false]) {
    const lines = [`operator x25519 ${ONE64} ada`, `x25519 ${ONE64} ada`];
    const { list } = listOf((isOperator ? lines : lines.reverse()).join("\n"));
    assert.deepEqual(await list.find(ONE), { name: "ada", isOperator });
  }
});

Deno.test("guest list: who becomes an operator, or is one no more, is so at once", async () => {
  const { list, edit } = listOf(`x25519 ${ONE64} ada\n`);
  const isOperator = async () => (await list.find(ONE))?.isOperator;
  assert.equal(await isOperator(), false);
  await edit(`operator x25519 ${ONE64} ada\n`);
  assert.equal(await isOperator(), true);
  await edit(`operator x25519 ${ONE64} ada\nnonsense\n`);
  assert.equal(await isOperator(), true, "the last good list holds");
  await edit(`x25519 ${ONE64} ada\n`);
  assert.equal(await isOperator(), false);
});

Deno.test("guest list: it asks the store each time", async () => {
  let reads = 0;
  let text = `x25519 ${ONE64} ada\nssh-rsa AAAA\n`;
  const store: TextStore = {
    name: NAME,
    read: () => (reads++, Promise.resolve(text)),
    update: () => Promise.reject(new Error("nobody changes it here")),
  };
  const told: string[] = [];
  const list = new GuestList(store, (sentence) => told.push(sentence));
  for (let round = 0; round < 5; round++) await list.find(ONE);
  assert.equal(reads, 5);
  assert.equal(told.length, 1);
  text = "";
  assert.equal(await list.find(ONE), undefined);
});

Deno.test("guest list: a defect is not taken for a broken file", async () => {
  const defect = new TypeError("a defect");
  let isBroken = false;
  const store: TextStore = {
    name: NAME,
    read: () => isBroken ? Promise.reject(defect) : Promise.resolve(""),
    update: () => Promise.reject(defect),
  };
  const list = new GuestList(store);
  await list.load();
  isBroken = true;
  await assert.rejects(list.find(ONE), (error) => error === defect);
});

folderTest("guest list: a file that is gone or cannot be read", async (folder) => {
  const path = `${folder}/guests`;
  const told: string[] = [];
  const list = new GuestList(
    fileStore(path, { required: true }),
    (sentence) => told.push(sentence),
  );
  const missing = `there is no file ${path}`;
  await assert.rejects(list.load(), usageError("bad-file", missing));
  await assert.rejects(list.find(ONE), usageError("bad-file", missing));
  await Deno.writeTextFile(path, `x25519 ${ONE64} ada\n`);
  assert.equal(await list.load(), 1);
  await Deno.remove(path);
  assert.deepEqual(await list.find(ONE), { name: "ada", isOperator: false });
  assert.equal(await list.find(TWO), undefined);
  await Deno.mkdir(path);
  assert.deepEqual(await list.find(ONE), { name: "ada", isOperator: false });
  await Deno.remove(path);
  await Deno.writeFile(path, Uint8Array.from([0xff, 0xfe, 0x78, 0x00]));
  assert.deepEqual(await list.find(ONE), { name: "ada", isOperator: false });
  await Deno.writeTextFile(path, `x25519 ${TWO64} bob\n`);
  assert.equal(await list.find(ONE), undefined);
  assert.deepEqual(await list.find(TWO), { name: "bob", isOperator: false });
  const before = "; until then the list holds as it was before";
  assert.deepEqual(told, [
    `${missing}${before}`,
    `${path} is a folder, not a file${before}`,
    `${path} is UTF-16 ("Unicode" in Notepad); save it as UTF-8${before}`,
  ]);
});

Deno.test("guest list: any text is a list or a sentence, and lets in those on its lines", async () => {
  const words = fc.constantFrom(
    "x25519",
    "operator",
    "operator x25519",
    ONE64,
    TWO64,
    "ada",
    "#",
    " ",
    "\n",
    "ssh-rsa",
    SSH_LINE,
  );
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(words, { maxLength: 20 }).map((parts) => parts.join(" ")),
  );
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const { list } = listOf(text);
      try {
        await list.load();
        for (const [key, base64] of [[ONE, ONE64], [TWO, TWO64]] as const) {
          const line = `x25519\\s+${base64.replace(/[+]/g, "\\+")}(\\s|$)`;
          const isListed = new RegExp(`^\\s*(operator\\s+)?${line}`, "m").test(text);
          const guest = await list.find(key);
          assert.equal(guest !== undefined, isListed);
          if (guest?.isOperator) assert.match(text, new RegExp(`^\\s*operator\\s+${line}`, "m"));
        }
      } catch (error) {
        assert.ok(error instanceof UsageError, `${error}`);
        assert.match(error.message, /^\/srv\/guests, line [0-9]+: /);
      }
    }),
    { numRuns: 500 },
  );
});
