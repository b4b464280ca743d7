/**
 * What is wrong with the file of those who came by an invitation keeps nobody from ending one, or from
 * using one that is open.
 *
 * @module
 */
import assert from "node:assert/strict";
import { InvitationList, InvitedKeys, memoryStore } from "../../../lib/identity/mod.ts";
import { listInvitations } from "../../../lib/server/door/invitation_commands.ts";
import { key } from "../../support/doubles.ts";
import { usageError } from "../fixtures/support.ts";

const START = Date.UTC(2026, 10, 23, 9, 0, 0);
const MONTH = 31 * 24 * 60 * 60 * 1000;
const [ADA, BOB] = [key(1), key(2)];
const PROBLEM =
  "invited_keys, line 1: the type of the key is not x25519; fix the line or remove it";

function setUp() {
  const clock = { now: START };
  const store = memoryStore("invitations");
  const invitedStore = memoryStore("invited_keys");
  const list = new InvitationList(store, () => clock.now, new InvitedKeys(invitedStore));
  const damage = () => invitedStore.update((text) => `a slip of the keyboard\n${text}`);
  const mend = () => invitedStore.update((text) => text.slice(text.indexOf("\n") + 1));
  return { list, clock, store, invitedStore, damage, mend };
}

Deno.test("damaged invited keys: an invitation is revoked all the same, before that is told", async () => {
  const { list, clock, damage, mend } = setUp();
  const [open, expired] = [await list.create(), await list.create({ lifetime: 1000 })];
  for (const { id } of [open, expired]) await list.remember(id, ADA, "ada");
  clock.now += 2000;
  await damage();
  for (const { id } of [open, expired]) {
    await assert.rejects(
      list.revoke(id),
      usageError("bad-file", `invitation ${id} is revoked, but its keys stay listed: ${PROBLEM}`),
    );
    assert.equal(await list.revoke(id), undefined, "there is nothing left to revoke");
    assert.equal(await list.redeem(id, BOB), "revoked");
  }
  assert.equal(await list.revoke("00000000"), undefined);
  await mend();
  assert.equal(await list.admits(ADA), false, "the lines that were left behind do not count");
});

Deno.test("damaged invited keys: what is open can be used, made and listed; nobody else gets in", async () => {
  const { list, clock, damage, store } = setUp();
  const reusable = await list.create();
  const single = await list.create({ singleUse: true });
  const expired = await list.create({ lifetime: 1000 });
  await list.remember(expired.id, ADA, "ada");
  clock.now += MONTH + 2000;
  await damage();
  assert.equal(await list.redeem(reusable.id, ADA), "welcome");
  assert.equal(await list.redeem(single.id, ADA), "welcome");
  assert.equal(await list.admits(ADA), true, "by the single-use one, which says so itself");
  const refused = usageError("bad-file", PROBLEM);
  await assert.rejects(list.redeem(expired.id, ADA), refused);
  await assert.rejects(list.admits(BOB), refused);
  const { id } = await list.create();
  assert.match(await store.read(), new RegExp(`^${expired.id} `, "m"), "it may have keys");
  const shown = await listInvitations(list);
  assert.match(shown, new RegExp(`^${id}  open, reusable`, "m"));
  assert.equal(
    shown.split("\n").at(-1),
    `The keys that came by them cannot be listed: ${PROBLEM}`,
  );
});
