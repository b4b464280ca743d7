import assert from "node:assert/strict";
import { sha256 } from "../../../lib/crypto/mod.ts";
import { BanBook, memoryStore } from "../../../lib/identity/mod.ts";
import { banList } from "../../../lib/server/door/ban_list.ts";
import { key, print } from "../../support/doubles.ts";

const [ONE, TWO] = [1, 2].map((number) => sha256(key(number)));
const DAY = "2026-01-02";

function bookOf(...lines: readonly string[]): BanBook {
  return new BanBook(memoryStore("banned_keys", lines.map((line) => `${line}\n`).join("")));
}

Deno.test("ban list: a ban is written down with the day, the name and the reason", async () => {
  const book = bookOf();
  const bans = banList(book);
  const before = new Date().toISOString().slice(0, 10);
  await bans.add({ target: ONE, nick: "eve", reason: "spam" });
  await bans.add({ target: TWO, nick: undefined, reason: "" });
  const [eve, somebody] = await book.records();
  assert.deepEqual([eve.fingerprint, eve.nick, eve.reason], [print(1), "eve", "spam"]);
  assert.deepEqual([somebody.fingerprint, somebody.nick, somebody.reason], [print(2), "", ""]);
  // Midnight may have passed in between.
  const after = new Date().toISOString().slice(0, 10);
  for (const { date } of [eve, somebody]) assert.ok(date === before || date === after);
});

Deno.test("ban list: a ban ends, if there is one", async () => {
  const book = bookOf(`${print(1)} ${DAY} eve`);
  const bans = banList(book);
  assert.equal(await bans.remove(TWO), false);
  assert.equal(await bans.remove(ONE), true);
  assert.equal(await bans.remove(ONE), false);
  assert.deepEqual(await book.records(), []);
});

Deno.test("ban list: one that cannot be used refuses, and gives away no path", async () => {
  const bans = banList(bookOf("# bans", "eve"));
  const message = /^the ban list cannot be used; [^\n]*\/bans says why$/;
  await assert.rejects(bans.add({ target: ONE, nick: "eve", reason: "" }), {
    code: "refused",
    message,
  });
  await assert.rejects(bans.remove(ONE), { code: "refused", message });
});
