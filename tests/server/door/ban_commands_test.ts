import assert from "node:assert/strict";
import { sha256 } from "../../../lib/crypto/mod.ts";
import { BanBook, memoryStore } from "../../../lib/identity/mod.ts";
import { banCommands, endBan, listBans } from "../../../lib/server/door/ban_commands.ts";
import { runNamed, runTyped } from "../../../lib/conversation/run_command.ts";
import { commandContext, key, print } from "../../support/doubles.ts";

const [ONE, TWO, THREE] = [1, 2, 3].map((number) => sha256(key(number)));
const DAY = "2026-01-02";

function bookOf(...lines: readonly string[]): BanBook {
  return new BanBook(memoryStore("banned_keys", lines.map((line) => `${line}\n`).join("")));
}

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

Deno.test("/bans: says if nobody is banned, and takes no arguments", async () => {
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
    "eve is no longer banned",
    `${print(3)} is no longer banned`,
    "there is no ban on eve",
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
    assert.equal(await endBan(book, whom), `${whom} is no longer banned`);
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
    message: /called eve; give the fingerprint$/,
  });
  assert.equal((await book.records()).length, 3);
  assert.equal(await endBan(book, print(2)), `${print(2)} is no longer banned`);
  assert.deepEqual((await book.records()).map(({ target }) => target), [ONE, THREE]);
  // Now there is one.
  assert.equal(await endBan(book, "eve"), "eve is no longer banned");
});

Deno.test("unban: nobody is let in who is not meant", async () => {
  const lines = [`${print(1)} ${DAY} eve`, `${print(2)} ${DAY} - nameless`];
  for (const whom of ["", "-", "ev", "eve ", print(3), print(1).slice(0, -1), "nameless"]) {
    const book = bookOf(...lines);
    await assert.rejects(endBan(book, whom), {
      code: "usage",
      message: `there is no ban on ${whom}`,
    });
    assert.deepEqual((await book.records()).map(({ target }) => target), [ONE, TWO]);
  }
});
