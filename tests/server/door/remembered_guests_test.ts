import assert from "node:assert/strict";
import { sha256 } from "../../../lib/crypto/mod.ts";
import {
  BanBook,
  formatPublicKeyLine,
  GuestList,
  InvitationList,
  invitationPreSharedKey,
  InvitedKeys,
  memoryStore,
  type TextStore,
} from "../../../lib/identity/mod.ts";
import { Admission } from "../../../lib/server/door/admission.ts";
import { listInvitations, revokeInvitation } from "../../../lib/server/door/invitation_commands.ts";
import { key, print } from "../../support/doubles.ts";
import { UsageError } from "../../../lib/errors.ts";

const SERVER_KEY = key(100);
const [ADA, BOB] = [key(1), key(2)];
const REFUSAL = "only the invited may enter; ask for an invitation";

function setUp(
  { isClosed = true, guests, store = memoryStore("invited_keys") }: {
    isClosed?: boolean;
    guests?: string;
    store?: TextStore;
  } = {},
) {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const invited = new InvitedKeys(store);
  const invitations = new InvitationList(memoryStore("invitations"), () => clock.now, invited);
  const bans = new BanBook(memoryStore("banned_keys"));
  const told: string[] = [];
  const admission = new Admission({
    serverKey: SERVER_KEY,
    invitations,
    guests: guests === undefined ? undefined : new GuestList(memoryStore("guests", guests)),
    bans,
    isClosed,
    tell: (text) => void told.push(text),
    onRefused() {},
  });
  const decide = (publicKey: Uint8Array, preSharedKey?: Uint8Array) =>
    admission.decide(publicKey, { address: "192.0.2.1:5", preSharedKey });
  /** Comes with the line of an invitation, and takes a place. */
  const join = async (id: string, guest: Uint8Array, nick: string) => {
    const record = (await invitations.records()).find((record) => record.id === id);
    assert.ok(record);
    const { secret } = record;
    const decision = await decide(guest, invitationPreSharedKey({ serverKey: SERVER_KEY, secret }));
    if (decision === true) await admission.remember(guest, nick);
    return decision;
  };
  return { admission, invitations, bans, clock, told, decide, join };
}

Deno.test("remembered guests: who came by an invitation comes back without it", async () => {
  const { admission, invitations, clock, decide, join } = setUp();
  const { id } = await invitations.create({ lifetime: 60_000 });
  assert.deepEqual(await decide(ADA), { refusal: REFUSAL });
  assert.equal(await join(id, ADA, "ada"), true);
  clock.now += 61_000;
  // Another connection has another array.
  const again = ADA.slice();
  assert.equal(await decide(again), true);
  assert.deepEqual(admission.entryOf(again), { trust: "invited", isOperator: false });
  assert.equal(await join(id, ADA, "ada"), true, "with the line that expired as well");
  assert.deepEqual(await decide(BOB), { refusal: REFUSAL });
});

Deno.test("remembered guests: revoking ends that, and says for how many", async () => {
  const { invitations, decide, join } = setUp();
  const { id } = await invitations.create();
  await join(id, ADA, "ada");
  await join(id, BOB, "bob");
  assert.equal(
    await revokeInvitation(invitations, id),
    `invitation ${id} is revoked; the 2 keys that used it may not come back by it`,
  );
  for (const guest of [ADA, BOB]) assert.deepEqual(await decide(guest), { refusal: REFUSAL });
});

Deno.test("remembered guests: a ban counts for them as for all", async () => {
  const { invitations, bans, decide, join } = setUp();
  const { id } = await invitations.create();
  await join(id, ADA, "ada");
  await bans.add({ target: sha256(ADA), nick: "ada", date: "2026-01-01", reason: "" });
  assert.deepEqual(await decide(ADA), { refusal: "you are banned" });
});

Deno.test("remembered guests: beside a guest list, whose name for a key counts", async () => {
  const { admission, invitations, decide, join } = setUp({
    guests: `${formatPublicKeyLine(ADA)} Ada Lovelace\n`,
  });
  const { id } = await invitations.create();
  for (const guest of [ADA, BOB]) await join(id, guest, "guest");
  assert.equal(await decide(ADA), true);
  assert.equal(admission.entryOf(ADA).listedAs, "Ada Lovelace");
  assert.equal(await decide(BOB), true);
  assert.equal(admission.entryOf(BOB).trust, "invited");
});

Deno.test("remembered guests: who does not take a place is not remembered", async () => {
  const { admission, invitations, decide } = setUp();
  const { secret } = await invitations.create();
  assert.equal(
    await decide(ADA, invitationPreSharedKey({ serverKey: SERVER_KEY, secret })),
    true,
  );
  await admission.remember(BOB, "bob");
  assert.deepEqual(await decide(BOB), { refusal: REFUSAL }, "it came by none");
  assert.deepEqual(await decide(ADA.slice()), { refusal: REFUSAL });
});

Deno.test("remembered guests: the list says who used which invitation, and when first", async () => {
  const { invitations, join } = setUp();
  const [first, second] = [await invitations.create(), await invitations.create()];
  await join(first.id, ADA, "ada");
  await join(first.id, BOB, "bob\u202e");
  const made = "made 2026-01-01 00:00 UTC";
  assert.equal(
    await listInvitations(invitations),
    [
      `${first.id}  open, reusable, ${made}`,
      `  ${print(1)}  2026-01-01  ada`,
      `  ${print(2)}  2026-01-01  bob<U+202E>`,
      `${second.id}  open, reusable, ${made}`,
    ].join("\n"),
  );
  for (let number = 3; number <= 25; number++) await join(second.id, key(number), "many");
  const rows = (await listInvitations(invitations)).split("\n");
  assert.deepEqual([rows.length, rows.at(-1)], [4 + 20 + 1, "  and 3 more"]);
});

Deno.test("remembered guests: the host is told once of those that cannot be remembered", async () => {
  const full = setUp();
  const { id } = await full.invitations.create();
  for (let number = 0; number < 252; number++) {
    const guest = new Uint8Array(32).fill(9);
    new DataView(guest.buffer).setUint32(0, number);
    assert.equal(await full.join(id, guest, "guest"), true);
  }
  assert.deepEqual(full.told, [
    `Too many keys have come by invitation ${id} to remember more: further ones need its line ` +
    "each time.",
  ]);

  const { invitations, told, join } = setUp({
    store: {
      ...memoryStore("invited_keys"),
      update: () => Promise.reject(new UsageError("bad-file", "the disk is full")),
    },
  });
  const { id: other } = await invitations.create();
  for (const guest of [ADA, BOB]) assert.equal(await join(other, guest, "guest"), true);
  assert.deepEqual(told, ["A guest who came by invitation cannot be remembered: the disk is full"]);
});
