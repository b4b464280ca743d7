import assert from "node:assert/strict";
import { sha256 } from "../../../lib/crypto/mod.ts";
import { BanBook, memoryStore } from "../../../lib/identity/mod.ts";
import { banCommands, banList, endBan, listBans } from "../../../lib/server/door/bans.ts";
import { runNamed, runTyped } from "../../../lib/conversation/commands/command_table.ts";
import { commandContext, key, print } from "../../support/doubles.ts";

const [ONE, TWO, THREE] = [1, 2, 3].map((number) => sha256(key(number)));
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
  const message = "the list of bans cannot be used; at the server, /bans says why";
  await assert.rejects(bans.add({ target: ONE, nick: "eve", reason: "" }), {
    code: "refused",
    message,
  });
  await assert.rejects(bans.remove(ONE), { code: "refused", message });
});

Deno.test("/bans: a line for each, of what is known", async () => {
  const book = bookOf(
    `${print(1)} ${DAY} eve  too   loud`,
    `${print(2)} ${DAY} -`,
    `${print(3)}`,
    `${print(4)} ${DAY} - a robot`,
  );
  const expected = [
    `${print(1)}  ${DAY}  eve  too loud`,
    `${print(2)}  ${DAY}`,
    print(3),
    `${print(4)}  ${DAY}  a robot`,
  ].join("\n");
  assert.equal(await listBans(book), expected);
  const commands = banCommands(book);
  const context = commandContext();
  await runTyped("/bans", commands, context);
  await runNamed("bans", {}, commands, context);
  assert.deepEqual(context.told, [expected, expected]);
});

Deno.test("/bans: says if nobody is banned, and takes nothing behind it", async () => {
  const commands = banCommands(bookOf());
  const context = commandContext();
  await runTyped("/bans", commands, context);
  await runTyped("/bans eve", commands, context);
  assert.deepEqual(context.told, ["nobody is banned", "/bans takes no arguments"]);
  await assert.rejects(runNamed("bans", { who: "eve" }, commands, context), { code: "usage" });
});

Deno.test("/unban: by name or fingerprint, of one who need not be there", async () => {
  const book = bookOf(`${print(1)} ${DAY} eve`, `${print(2)} ${DAY} bob`, `${print(3)} ${DAY} -`);
  const commands = banCommands(book);
  const context = commandContext();
  await runTyped("/unban eve", commands, context);
  await runNamed("unban", { who: print(3) }, commands, context);
  await runTyped("/unban eve", commands, context);
  await runTyped("/unban", commands, context);
  await runTyped("/unban bob please", commands, context);
  assert.deepEqual(context.told, [
    "eve may enter again",
    `${print(3)} may enter again`,
    "nobody called eve is banned",
    "write /unban WHO",
    "write /unban WHO",
  ]);
  await assert.rejects(runNamed("unban", { who: "eve" }, commands, context), { code: "usage" });
  await assert.rejects(runNamed("unban", {}, commands, context), { code: "usage" });
  assert.deepEqual((await book.records()).map(({ nick }) => nick), ["bob"]);
});

Deno.test("/bans: a file that cannot be read is told of with its line", async () => {
  const context = commandContext();
  await runTyped("/bans", banCommands(bookOf("# bans", "eve")), context);
  assert.match(context.told.join(), /^banned_keys, line 2: it does not begin with a fingerprint/);
});

Deno.test("unban: by the name, or the fingerprint, of whoever is meant", async () => {
  for (const whom of ["eve", print(1)]) {
    const book = bookOf(`${print(1)} ${DAY} eve`, `${print(2)} ${DAY} bob`);
    assert.equal(await endBan(book, whom), `${whom} may enter again`);
    assert.deepEqual((await book.records()).map(({ nick }) => nick), ["bob"]);
  }
});

Deno.test("unban: where several have the name, the fingerprint has to say who is meant", async () => {
  const book = bookOf(
    `${print(1)} ${DAY} eve`,
    `${print(2)} ${DAY} eve`,
    `${print(3)} ${DAY} bob`,
  );
  await assert.rejects(endBan(book, "eve"), {
    code: "usage",
    message: "several are banned who were called eve; say the fingerprint",
  });
  assert.equal((await book.records()).length, 3);
  assert.equal(await endBan(book, print(2)), `${print(2)} may enter again`);
  assert.deepEqual((await book.records()).map(({ target }) => target), [ONE, THREE]);
  // Now there is one.
  assert.equal(await endBan(book, "eve"), "eve may enter again");
});

Deno.test("unban: nobody is let in who is not meant", async () => {
  const lines = [`${print(1)} ${DAY} eve`, `${print(2)} ${DAY} - nameless`];
  for (const whom of ["", "-", "ev", "eve ", print(3), print(1).slice(0, -1), "nameless"]) {
    const book = bookOf(...lines);
    await assert.rejects(endBan(book, whom), {
      code: "usage",
      message: `nobody called ${whom} is banned`,
    });
    assert.deepEqual((await book.records()).map(({ target }) => target), [ONE, TWO]);
  }
});
