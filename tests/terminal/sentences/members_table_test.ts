import assert from "node:assert/strict";
import stringWidth from "npm:string-width@9.0.0";
import type { Occupant } from "../../../lib/terminal/events/events.ts";
import { membersTable } from "../../../lib/terminal/sentences/members_table.ts";
import { createPaint } from "../../../lib/terminal/sentences/paint.ts";

const STYLE = { paint: createPaint("none"), columns: 80 };
const FINGERPRINT = "SHA256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKSU";

function occupant(nick: string, more: Partial<Occupant> = {}): Occupant {
  const nothing = { verified: false, operator: false, you: false, away: false };
  return { nick, fingerprint: FINGERPRINT, ...nothing, ...more };
}

const ROOM = [
  occupant("host", { operator: true, you: true }),
  occupant("山田", { verified: true }),
  occupant("eve\x1b"),
  occupant("bo", { operator: true, verified: true }),
];

Deno.test("members: a table, aligned by what is seen", () => {
  assert.deepEqual(membersTable(ROOM, STYLE).split("\n"), [
    "4 people are here:",
    `@  host  ${FINGERPRINT}  you, operator`,
    ` ✓ 山田  ${FINGERPRINT}  verified`,
    `   eve␛  ${FINGERPRINT}`,
    `@✓ bo    ${FINGERPRINT}  operator, verified`,
  ]);
  assert.match(membersTable([ROOM[0]], STYLE), /^1 person is here:\n/);
});

Deno.test("members: those whose connection was cut are counted, and marked", () => {
  const room = [ROOM[0], occupant("eve", { away: true }), occupant("bo", { away: true })];
  assert.deepEqual(membersTable(room, STYLE).split("\n"), [
    "3 people are here, 2 of them away:",
    `@  host  ${FINGERPRINT}  you, operator`,
    `   eve   ${FINGERPRINT}  away`,
    `   bo    ${FINGERPRINT}  away`,
  ]);
  const [, , eve] = membersTable(room, { ...STYLE, plain: true }).split("\n");
  assert.equal(eve, `eve, away, ${FINGERPRINT}`);
});

Deno.test("members: colours add nothing else", () => {
  const coloured = membersTable(ROOM, { ...STYLE, paint: createPaint("true") });
  assert.equal(coloured.replaceAll(/\x1b\[[\d;]*m/g, ""), membersTable(ROOM, STYLE));
});

Deno.test("members: where it is too wide, rows go on below, and no fingerprint is cut", () => {
  assert.deepEqual(membersTable(ROOM, { ...STYLE, columns: 64 }).split("\n").slice(1), [
    `@  host  ${FINGERPRINT}`,
    "   you, operator",
    ` ✓ 山田  ${FINGERPRINT}`,
    "   verified",
    `   eve␛  ${FINGERPRINT}`,
    `@✓ bo    ${FINGERPRINT}`,
    "   operator, verified",
  ]);
  assert.deepEqual(membersTable(ROOM, { ...STYLE, columns: 57 }).split("\n").slice(1, 4), [
    "@  host",
    `   ${FINGERPRINT}`,
    "   you, operator",
  ]);
  const operator = occupant("n".repeat(32), { operator: true });
  const [, first] = membersTable([operator], { ...STYLE, columns: 20 }).split("\n");
  assert.equal(first, `@  ${"n".repeat(17)}`, "a mark is not parted from its name");
  const members = [...ROOM, occupant("n".repeat(32)), occupant("漢".repeat(32))];
  for (let columns = 10; columns < 140; columns++) {
    for (const plain of [false, true]) {
      const rows = membersTable(members, { ...STYLE, columns, plain }).split("\n");
      assert.equal(rows.filter((row) => row.includes(FINGERPRINT)).length, members.length);
      for (const row of rows.slice(1)) {
        const isTooWide = stringWidth(row) > columns;
        assert.ok(!isTooWide || row.trim().startsWith(FINGERPRINT), `${columns}: ${row}`);
      }
    }
  }
});

Deno.test("members: in plain words, as they are read aloud", () => {
  assert.deepEqual(membersTable(ROOM, { ...STYLE, plain: true, columns: 100 }).split("\n"), [
    "4 people are here:",
    `host, you, operator, ${FINGERPRINT}`,
    `山田, verified, ${FINGERPRINT}`,
    `eve␛, ${FINGERPRINT}`,
    `bo, operator, verified, ${FINGERPRINT}`,
  ]);
});

Deno.test("members: in a window narrower than a fingerprint a row is a member", () => {
  const style = { ...STYLE, columns: 49, hasBars: true };
  assert.deepEqual(membersTable(ROOM, style).split("\n"), [
    "4 people are here:",
    "@  host, you, operator",
    " ✓ 山田, verified",
    "   eve␛",
    "@✓ bo, operator, verified",
    "/whois NAME shows a fingerprint",
  ]);
  assert.ok(membersTable(ROOM, { ...style, columns: 53 }).includes(FINGERPRINT));
});
