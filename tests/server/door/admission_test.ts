import assert from "node:assert/strict";
import { secretId } from "../../../lib/channel/mod.ts";
import { sha256 } from "../../../lib/crypto/mod.ts";
import {
  BanBook,
  formatPublicKeyLine,
  GuestList,
  InvitationList,
  invitationPreSharedKey,
  type InvitationRecord,
  memoryStore,
} from "../../../lib/identity/mod.ts";
import { Admission } from "../../../lib/server/door/admission.ts";
import { key, print } from "../../support/doubles.ts";

const SERVER_KEY = key(100);
const [ADA, BOB] = [key(1), key(2)];
const ADDRESS = "192.0.2.1:5";

const DAY = "2026-01-01";

function setUp(options: { isClosed: boolean; guests?: string; bans?: string }) {
  const { isClosed, guests } = options;
  const clock = { now: Date.UTC(2026, 0, 1) };
  const invitations = new InvitationList(memoryStore("invitations"), () => clock.now);
  const guestStore = memoryStore("guests", guests);
  const banStore = memoryStore("banned_keys", options.bans);
  const bans = new BanBook(banStore);
  const refused: unknown[][] = [];
  const told: string[] = [];
  const admission = new Admission({
    serverKey: SERVER_KEY,
    invitations,
    guests: guests === undefined ? undefined : new GuestList(guestStore),
    bans,
    isClosed,
    tell: (text) => void told.push(text),
    onRefused: (...what) => void refused.push(what),
  });
  const secretOf = ({ secret }: InvitationRecord) =>
    invitationPreSharedKey({ serverKey: SERVER_KEY, secret });
  const decide = (publicKey: Uint8Array, preSharedKey?: Uint8Array) =>
    admission.decide(publicKey, { address: ADDRESS, preSharedKey });
  return {
    admission,
    invitations,
    guestStore,
    bans,
    banStore,
    refused,
    told,
    clock,
    secretOf,
    decide,
  };
}

Deno.test("admission: an open door lets in everybody, and nobody is told of", async () => {
  const { admission, refused, decide } = setUp({ isClosed: false });
  assert.equal(await decide(ADA), true);
  assert.deepEqual(admission.entryOf(ADA), { trust: "new", isOperator: false });
  assert.deepEqual(refused, []);
});

Deno.test("admission: a closed door lets in nobody without an invitation, and says why", async () => {
  const { refused, decide, admission } = setUp({ isClosed: true });
  const refusal = "only the invited may enter; ask for an invitation";
  assert.deepEqual(await decide(ADA), { refusal });
  assert.deepEqual(refused, [[ADA, ADDRESS, refusal]]);
  await admission.decide(ADA, { address: undefined, preSharedKey: undefined });
  assert.equal(refused[1][1], "unknown");
});

Deno.test("admission: who is on the list enters, under the name that stands there", async () => {
  const guests = `${formatPublicKeyLine(ADA)} Ada Lovelace\n`;
  const { admission, refused, guestStore, decide } = setUp({ isClosed: true, guests });
  assert.equal(await decide(ADA), true);
  assert.deepEqual(admission.entryOf(ADA), {
    trust: "known",
    listedAs: "Ada Lovelace",
    isOperator: false,
  });
  const refusal = "your key is not on the guest list; ask to be added, or for an invitation";
  assert.deepEqual(await decide(BOB), { refusal });
  assert.deepEqual(refused, [[BOB, ADDRESS, refusal]]);

  // The list counts as it is now, in both directions.
  await guestStore.update(() => formatPublicKeyLine(BOB));
  assert.equal(await decide(BOB), true);
  assert.deepEqual(admission.entryOf(BOB), { trust: "known", isOperator: false }, "without a name");
  assert.deepEqual(await decide(ADA), { refusal });
});

Deno.test("admission: at an open door a name from the list does not outlive its line", async () => {
  const guests = `${formatPublicKeyLine(ADA)} Ada\n`;
  const { admission, guestStore, decide } = setUp({ isClosed: false, guests });
  assert.equal(await decide(ADA), true);
  assert.equal(admission.entryOf(ADA).listedAs, "Ada");
  await guestStore.update(() => "");
  assert.equal(await decide(ADA), true);
  assert.deepEqual(admission.entryOf(ADA), { trust: "new", isOperator: false });
});

Deno.test("admission: an invitation opens a closed door, with any key", async () => {
  const { admission, invitations, refused, secretOf, decide } = setUp({ isClosed: true });
  const invitation = await invitations.create();
  for (const guest of [ADA, BOB, ADA]) {
    assert.equal(await decide(guest, secretOf(invitation)), true);
    assert.deepEqual(admission.entryOf(guest), { trust: "invited", isOperator: false });
  }
  assert.deepEqual(refused, []);
});

Deno.test("admission: a single-use invitation belongs to whoever used it first", async () => {
  const { invitations, secretOf, decide } = setUp({ isClosed: true });
  const invitation = await invitations.create({ singleUse: true });
  assert.equal(await decide(ADA, secretOf(invitation)), true);
  assert.deepEqual(await decide(BOB, secretOf(invitation)), {
    refusal: "this invitation was for one person and has been used; ask for a new one",
  });
  assert.equal(await decide(ADA, secretOf(invitation)), true, "who may come back");
});

Deno.test("admission: of two who come at the same time with a single-use one, one enters", async () => {
  const { invitations, secretOf, decide } = setUp({ isClosed: true });
  const secret = secretOf(await invitations.create({ singleUse: true }));
  const decisions = await Promise.all([ADA, BOB].map((guest) => decide(guest, secret)));
  assert.equal(decisions.filter((decision) => decision === true).length, 1);
});

Deno.test("admission: an invitation that is over opens nothing, and its holder hears why", async () => {
  // An invitation that is over does not open an open door, either: its holder is to know.
  for (const isClosed of [true, false]) {
    const { admission, invitations, secretOf, clock, refused, decide } = setUp({ isClosed });
    const [revoked, expired] = [
      await invitations.create(),
      await invitations.create({ lifetime: 60_000 }),
    ];
    assert.equal(await decide(ADA, secretOf(expired)), true);
    await invitations.revoke(revoked.id);
    clock.now += 61_000;
    const cases = [
      [secretOf(revoked), "this invitation was revoked; ask for a new one"],
      [secretOf(expired), "this invitation has expired; ask for a new one"],
      [key(77), "this invitation is not valid any more; ask for a new one"],
    ] as const;
    for (const [secret, refusal] of cases) {
      assert.deepEqual(await decide(ADA, secret), { refusal });
      assert.deepEqual(refused.pop(), [ADA, ADDRESS, refusal]);
    }
    // So that they can be told, the handshake has to succeed for them as well.
    for (const secret of [revoked, expired].map(secretOf)) {
      assert.deepEqual(await admission.findPreSharedKey(secretId(secret)), secret);
    }
  }
});

Deno.test("admission: each of many invitations is found by its id, as soon as it is there", async () => {
  const { admission, invitations, secretOf } = setUp({ isClosed: true });
  const secrets: Uint8Array[] = [];
  for (let count = 0; count < 20; count++) {
    const secret = secretOf(await invitations.create());
    secrets.push(secret);
    assert.deepEqual(await admission.findPreSharedKey(secretId(secret)), secret);
  }
  for (const secret of secrets) {
    assert.deepEqual(await admission.findPreSharedKey(secretId(secret)), secret);
  }
  assert.equal(await admission.findPreSharedKey(secretId(key(7))), undefined);
  assert.equal(await admission.findPreSharedKey(new Uint8Array(0)), undefined);
});

Deno.test("admission: a secret opens no other server's door", async () => {
  const { admission, invitations } = setUp({ isClosed: true });
  const { secret } = await invitations.create();
  const elsewhere = invitationPreSharedKey({ serverKey: key(101), secret });
  assert.equal(await admission.findPreSharedKey(secretId(elsewhere)), undefined);
});

Deno.test("admission: nobody enters while the invitations or the list cannot be read", async () => {
  const { admission, guestStore, decide } = setUp({ isClosed: true, guests: "nonsense\n" });
  await assert.rejects(decide(ADA), { code: "bad-file" });
  await guestStore.update(() => formatPublicKeyLine(ADA));
  assert.equal(await decide(ADA), true);

  const broken = new Admission({
    serverKey: SERVER_KEY,
    invitations: new InvitationList(memoryStore("invitations", "nonsense\n")),
    guests: undefined,
    bans: new BanBook(memoryStore("banned_keys")),
    isClosed: true,
    tell() {},
    onRefused() {},
  });
  await assert.rejects(broken.findPreSharedKey(key(5)), { code: "bad-file" });
  await assert.rejects(broken.decide(ADA, { address: "", preSharedKey: key(5) }), {
    code: "bad-file",
  });
  assert.equal(await admission.findPreSharedKey(key(5)), undefined);
});

Deno.test("admission: a banned key is refused with the reason, at any door", async () => {
  const guests = `operator ${formatPublicKeyLine(ADA)} Ada\n`;
  for (const isClosed of [true, false]) {
    const { bans, refused, decide } = setUp({ isClosed, guests });
    await bans.add({ target: sha256(ADA), nick: "ada", date: DAY, reason: "too much spam" });
    const refusal = "you are banned; reason: too much spam";
    assert.deepEqual(await decide(ADA), { refusal }, "a place on the list does not help");
    // Whoever runs the server reads the reason in the list, and not those words for somebody else.
    assert.deepEqual(refused, [[ADA, ADDRESS, "banned"]]);
  }
});

Deno.test("admission: a ban without a reason is one", async () => {
  const { decide } = setUp({ isClosed: false, bans: `${print(1)}\n` });
  assert.deepEqual(await decide(ADA), { refusal: "you are banned" });
  assert.equal(await decide(BOB), true);
});

Deno.test("admission: an invitation does not help a banned key, and is not used up by it", async () => {
  const { bans, invitations, secretOf, decide } = setUp({ isClosed: true });
  await bans.add({ target: sha256(ADA), nick: "ada", date: DAY, reason: "" });
  const invitation = await invitations.create({ singleUse: true });
  assert.deepEqual(await decide(ADA, secretOf(invitation)), {
    refusal: "you are banned",
  });
  assert.equal(await decide(BOB, secretOf(invitation)), true);
});

Deno.test("admission: a ban counts from the moment it is made until it is ended", async () => {
  const { admission, bans, banStore, decide } = setUp({ isClosed: false });
  assert.equal(await decide(ADA), true);
  assert.equal(await admission.whyNot(ADA), undefined);
  await bans.add({ target: sha256(ADA), nick: "ada", date: DAY, reason: "" });
  assert.notEqual(await decide(ADA), true);
  assert.equal(await admission.whyNot(ADA), "you are banned");
  await bans.remove(sha256(ADA));
  assert.equal(await decide(ADA), true);
  assert.equal(await admission.whyNot(ADA), undefined);
  // By an editor as well.
  await banStore.update(() => `${print(1)} ${DAY} ada\n`);
  assert.notEqual(await decide(ADA), true);
});

Deno.test("admission: while the bans cannot be read nobody enters", async () => {
  const guests = `${formatPublicKeyLine(ADA)} Ada\n`;
  const { banStore, refused, decide } = setUp({ isClosed: false, guests, bans: "nonsense\n" });
  await assert.rejects(decide(ADA), { code: "bad-file", message: /^banned_keys, line 1: / });
  await assert.rejects(decide(BOB), { code: "bad-file" });
  assert.deepEqual(refused, []);
  await banStore.update(() => "");
  assert.equal(await decide(ADA), true);
});

Deno.test("admission: operators are the server's own key, and those who are marked in the list", async () => {
  const guests = `operator ${formatPublicKeyLine(ADA)} Ada\n${formatPublicKeyLine(BOB)} Bob\n`;
  const { admission, guestStore, decide } = setUp({ isClosed: false, guests });
  const areOperators = async () => {
    const keys = [SERVER_KEY, ADA, BOB, key(3)];
    for (const key of keys) assert.equal(await decide(key), true);
    return keys.map((key) => admission.entryOf(key).isOperator);
  };
  assert.deepEqual(await areOperators(), [true, true, false, false]);
  await guestStore.update(() => `operator ${formatPublicKeyLine(BOB)} Bob\n`);
  assert.deepEqual(await areOperators(), [true, false, true, false]);
  await guestStore.update(() => "");
  assert.deepEqual(await areOperators(), [true, false, false, false]);
});

Deno.test("admission: a list that is edited counts from the next connection on", async () => {
  const guests = `operator ${formatPublicKeyLine(ADA)} Ada\n`;
  const { admission, guestStore, decide } = setUp({ isClosed: false, guests });
  const [first, second] = [ADA.slice(), ADA.slice()];
  assert.equal(await decide(first), true);
  await guestStore.update(() => "");
  assert.equal(admission.entryOf(first).isOperator, true, "as for one who is in the room already");
  assert.equal(await decide(second), true);
  assert.equal(admission.entryOf(second).isOperator, false);
  assert.equal(admission.entryOf(first).isOperator, true);
});

Deno.test("admission: the list is asked once for each connection", async () => {
  let reads = 0;
  class CountingList extends GuestList {
    override find(publicKey: Uint8Array) {
      reads++;
      return super.find(publicKey);
    }
  }
  const admission = new Admission({
    serverKey: SERVER_KEY,
    invitations: new InvitationList(memoryStore("invitations")),
    guests: new CountingList(memoryStore("guests", formatPublicKeyLine(ADA))),
    bans: new BanBook(memoryStore("banned_keys")),
    isClosed: true,
    tell() {},
    onRefused() {},
  });
  assert.equal(await admission.decide(ADA, { address: ADDRESS, preSharedKey: undefined }), true);
  admission.entryOf(ADA);
  admission.entryOf(ADA);
  assert.equal(reads, 1);
});

Deno.test("admission: of a connection that was not let in nothing is known", async () => {
  const { admission, bans, decide } = setUp({ isClosed: true });
  await decide(ADA);
  assert.throws(() => admission.entryOf(ADA), /not let in/);
  await bans.add({ target: sha256(SERVER_KEY), nick: "", date: DAY, reason: "" });
  await decide(SERVER_KEY);
  assert.throws(() => admission.entryOf(SERVER_KEY), /not let in/);
  // An equal key in another array may be another connection's.
  const open = setUp({ isClosed: false });
  assert.equal(await open.decide(ADA), true);
  assert.throws(() => open.admission.entryOf(ADA.slice()), /not let in/);
});

Deno.test("admission: without a list only the server's own key is an operator", async () => {
  const { admission, decide } = setUp({ isClosed: false });
  for (const key of [SERVER_KEY, ADA]) assert.equal(await decide(key), true);
  assert.equal(admission.entryOf(SERVER_KEY).isOperator, true);
  assert.equal(admission.entryOf(ADA).isOperator, false);
});

Deno.test("admission: a guest with an invitation can be an operator, if the list says so", async () => {
  const guests = `operator ${formatPublicKeyLine(ADA)} Ada\n`;
  const { admission, invitations, secretOf, decide } = setUp({ isClosed: true, guests });
  const invitation = await invitations.create();
  assert.equal(await decide(ADA, secretOf(invitation)), true);
  assert.deepEqual(admission.entryOf(ADA), { trust: "invited", isOperator: true });
});

Deno.test("admission: an invitation is not used up while the list cannot be read", async () => {
  const { guestStore, invitations, secretOf, decide } = setUp({
    isClosed: true,
    guests: "nonsense\n",
  });
  const secret = secretOf(await invitations.create({ singleUse: true }));
  await assert.rejects(decide(ADA, secret), { code: "bad-file" });
  await guestStore.update(() => "");
  assert.equal(await decide(BOB, secret), true);
});
