import assert from "node:assert/strict";
import {
  BanBook,
  fileStore,
  formatPublicKeyLine,
  GuestList,
  InvitationList,
  KeyBook,
} from "../../../lib/identity/mod.ts";
import { formatFingerprint } from "../../../lib/identity/fingerprint.ts";
import { folderTest } from "../fixtures/support.ts";

/*
 * What editors on Windows and of older times make of the files that people edit.
 */

const ONE = new Uint8Array(32).fill(1);
const TWO = new Uint8Array(32).fill(2);
const DAY = "2026-11-30";

/** A byte order mark, and a comment in Latin-1. */
const MARK = [0xef, 0xbb, 0xbf];
const COMMENT = [...latin1("# f\xfcr K\xe4the\0\x1b[2J")];

function latin1(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}

/** Writes such a file, whose lines end in CR LF, and another way to end in between. */
async function write(path: string, ...lines: string[]): Promise<number[]> {
  const [first = "", ...others] = lines;
  const bytes = [...MARK, ...COMMENT, 13, 10, ...latin1(`${first}\r\n\r\n# end\n\r\r\n`)];
  bytes.push(...latin1(others.map((line) => `${line}\r\n`).join("")));
  await Deno.writeFile(path, Uint8Array.from(bytes), { mode: 0o600 });
  return bytes;
}

async function read(path: string): Promise<number[]> {
  return [...await Deno.readFile(path)];
}

folderTest("foreign text: known hosts", async (folder) => {
  const path = `${folder}/known_hosts`;
  const line = (name: string, key: Uint8Array) => `${name} ${formatPublicKeyLine(key)} ${DAY}`;
  const before = await write(path, line("one", ONE));
  const book = new KeyBook(fileStore(path));
  assert.deepEqual(await book.entries(), [{ subject: "one", key: ONE, note: DAY, line: 2 }]);
  await book.add("two", TWO, DAY);
  assert.deepEqual(await read(path), [...before, ...latin1(`${line("two", TWO)}\r\n`)]);
  assert.equal(await book.remove("two"), 1);
  assert.deepEqual(await read(path), before);
  await book.remove("one");
  const [, rest] = String.fromCharCode(...before).split(line("one", ONE));
  assert.deepEqual(await read(path), [
    ...MARK,
    ...COMMENT,
    13,
    10,
    ...latin1(rest.replace(/^\r\n/, "")),
  ]);
});

folderTest("foreign text: the byte order mark stays when the first line goes", async (folder) => {
  const path = `${folder}/known_hosts`;
  await Deno.writeTextFile(path, `\ufeffone ${formatPublicKeyLine(ONE)}\r\n# two\r\n`);
  await new KeyBook(fileStore(path)).remove("one");
  assert.equal(await Deno.readTextFile(path), "\ufeff# two\r\n");
});

folderTest("foreign text: bans", async (folder) => {
  const path = `${folder}/banned_keys`;
  const print = formatFingerprint(ONE);
  const before = await write(path, `${print} ${DAY} K\xe4the f\xfcr`);
  const book = new BanBook(fileStore(path));
  const found = await book.find(ONE);
  assert.deepEqual([found?.nick, found?.reason], ["K\ufffdthe", "f\ufffdr"]);
  await book.add({ target: TWO, nick: "eve", date: DAY, reason: "" });
  const added = latin1(`${formatFingerprint(TWO)} ${DAY} eve\r\n`);
  assert.deepEqual(await read(path), [...before, ...added]);
  await book.remove(TWO);
  assert.deepEqual(await read(path), before);
});

folderTest("foreign text: invitations", async (folder) => {
  const path = `${folder}/invitations`;
  const store = () => fileStore(path, { secret: true });
  const made = `0a0a0a0a ${"A".repeat(22)} created=2026-11-23T09:00:00Z`;
  const before = await write(path, made);
  const list = new InvitationList(store());
  assert.deepEqual((await list.records()).map(({ id }) => id), ["0a0a0a0a"]);
  await list.create();
  const text = String.fromCharCode(...await read(path));
  assert.ok(text.startsWith(String.fromCharCode(...before)));
  assert.match(text.slice(before.length), /^[0-9a-f]{8} [^\r\n]+\r\n$/);
  assert.equal(await list.revoke("0a0a0a0a"), 0);
  const after = String.fromCharCode(...await read(path));
  assert.equal(after.replace(/ revoked=\S+/, ""), text);
});

folderTest("foreign text: a guest list", async (folder) => {
  const path = `${folder}/guests`;
  await write(path, formatPublicKeyLine(ONE, "ada"), `operator ${formatPublicKeyLine(TWO)} \xe4`);
  const list = new GuestList(fileStore(path));
  assert.equal(await list.load(), 2);
  assert.deepEqual(await list.find(ONE), { name: "ada", isOperator: false });
  assert.deepEqual(await list.find(TWO), { name: "\ufffd", isOperator: true });
});

folderTest("foreign text: only a key that cannot be read is an error", async (folder) => {
  const path = `${folder}/known_hosts`;
  await write(path, "one x25519 \xe4");
  const problem = { code: "bad-file", message: /known_hosts, line 2: the key is not base64/ };
  await assert.rejects(new KeyBook(fileStore(path)).entries(), problem);
});

folderTest("foreign text: files that were joined", async (folder) => {
  const path = `${folder}/known_hosts`;
  const lines = ["one", "two"].map((name) => `\ufeff${name} ${formatPublicKeyLine(ONE)}\r\n`);
  await Deno.writeTextFile(path, lines.join(""));
  const entries = await new KeyBook(fileStore(path)).entries();
  assert.deepEqual(entries.map(({ subject }) => subject), ["one", "two"]);
});
