import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { nearestNick, nickProblem } from "../../../lib/chat/mod.ts";

Deno.test("nearest nick: what a system calls its user, as a nickname", () => {
  const cases: [user: string, nick: string | undefined][] = [
    ["ann", "ann"],
    ["john.doe", "john.doe"],
    ["John Smith", "John_Smith"],
    ["OFFICE\\john", "john"],
    ["OFFICE\\John  Smith", "John_Smith"],
    ["ann@office.example", "ann"],
    ["pc-7$", "pc-7"],
    ["_ann_", "ann"],
    [" ann ", "ann"],
    ["Zoe\u0308", "Zo\u00eb"],
    ["O'Neil", "O'Neil"],
    ["x".repeat(40), "x".repeat(32)],
    [`${"x".repeat(31)}-y`, "x".repeat(31)],
    ["\u202eann\x1b[2J", "ann_2J"],
    ["王小明", "王小明"],
    // Accounts that are nobody's, what the program says itself, and what cannot be mended.
    ...["root", "admin", "Administrator", "host", "server", "nobody", "error", "you"]
      .map((user): [string, undefined] => [user, undefined]),
    ...["", "   ", "@", "\\", "-", "---", "annа", "\ud800"]
      .map((user): [string, undefined] => [user, undefined]),
  ];
  for (const [user, nick] of cases) assert.equal(nearestNick(user), nick, JSON.stringify(user));
});

Deno.test("nearest nick: whatever comes out may be used", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 80 }), (user) => {
    const nick = nearestNick(user);
    assert.ok(nick === undefined || nickProblem(nick, "guest") === undefined);
  }));
});
