import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { InvitationList, InvitedKeys, memoryStore } from "../../../lib/identity/mod.ts";
import { key } from "../../support/doubles.ts";
import { usageError } from "../fixtures/support.ts";

const DAY = "2026-11-23";
const START = Date.UTC(2026, 10, 23, 9, 0, 0);
const MONTH = 31 * 24 * 60 * 60 * 1000;
const [ADA, BOB] = [key(1), key(2)];

/** A server's invitations, and the keys that came by them. */
function setUp(texts: { invitations?: string; invited?: string } = {}) {
  const store = memoryStore("invitations", texts.invitations);
  const invitedStore = memoryStore("invited_keys", texts.invited);
  const invited = new InvitedKeys(invitedStore);
  const clock = { now: START };
  const list = new InvitationList(store, () => clock.now, invited);
  return { list, clock, store, invited, invitedStore };
}

/** Keys that differ: as many as are asked for. */
function* keys(count: number) {
  for (let number = 1; number <= count; number++) {
    const bytes = new Uint8Array(32).fill(7);
    new DataView(bytes.buffer).setUint32(0, number);
    yield bytes;
  }
}

Deno.test("invited keys: a line for each, which people can read and edit", async () => {
  const { list, invitedStore } = setUp({ invited: "# ours\r\n" });
  const { id } = await list.create();
  assert.equal(await list.remember(id, ADA, "ada"), true);
  assert.equal(await list.remember(id, ADA, "another"), true, "once");
  const base64 = Buffer.from(ADA).toString("base64");
  assert.equal(await invitedStore.read(), `# ours\r\n${id} x25519 ${base64} ${DAY} ada\r\n`);
  assert.deepEqual(await list.keysOf(id), [{ invitation: id, key: ADA, date: DAY, nick: "ada" }]);
  assert.deepEqual([await list.admits(ADA), await list.admits(BOB)], [true, false]);

  // A line that a person has written needs neither a date nor a name.
  const bobs = `${id} x25519 ${Buffer.from(BOB).toString("base64")}\n`;
  await invitedStore.update((text) => text + bobs);
  assert.equal(await list.admits(BOB), true);
  await invitedStore.update(() => bobs);
  assert.equal(await list.admits(ADA), false);
  assert.deepEqual(await list.keysOf(id), [{ invitation: id, key: BOB, date: "", nick: "" }]);
});

Deno.test("invited keys: a line that cannot be read lets in nobody, and is named", async () => {
  const { list, invitedStore } = setUp();
  const { id } = await list.create();
  await invitedStore.update(() => `${id} x25519 non-sense\n`);
  const refused = usageError(
    "bad-file",
    "invited_keys, line 1: the key is not base64; fix the line or remove it",
  );
  await assert.rejects(list.admits(ADA), refused);
  await assert.rejects(list.remember(id, ADA, "ada"), refused);
});

Deno.test("invited keys: a key counts while its invitation is there and is not revoked", async () => {
  const { list, store } = setUp();
  const [first, second] = [await list.create(), await list.create()];
  for (const { id } of [first, second]) await list.remember(id, ADA, "ada");
  assert.equal(await list.revoke(first.id), 1);
  assert.equal(await list.admits(ADA), true, "by the other one");
  assert.equal(await list.revoke(second.id), 1);
  assert.equal(await list.admits(ADA), false);

  const third = await list.create();
  await list.remember(third.id, ADA, "ada");
  await store.update((text) =>
    text.split("\n").filter((line) => !line.startsWith(third.id)).join("\n")
  );
  assert.equal(await list.admits(ADA), false, "its line was removed by hand");
});

Deno.test("invited keys: what revoking could not remove does not count, now or later", async () => {
  const { list, clock, invitedStore } = setUp();
  const { id } = await list.create();
  await list.remember(id, ADA, "ada");
  const text = await invitedStore.read();
  await list.revoke(id);
  assert.equal(await invitedStore.read(), "");
  // As if the program had been killed in between.
  await invitedStore.update(() => text);
  clock.now += 2 * MONTH;
  await list.create();
  assert.equal(await list.admits(ADA), false);
  assert.equal(await list.redeem(id, ADA), "revoked");
});

Deno.test("invited keys: who came while an invitation is revoked is not remembered", async () => {
  const { list, invitedStore } = setUp();
  const { id } = await list.create();
  await list.revoke(id);
  assert.equal(await list.remember(id, ADA, "ada"), true);
  assert.equal(await invitedStore.read(), "");
});

Deno.test("invited keys: the end of an invitation, and its being forgotten, is for others", async () => {
  const { list, clock } = setUp();
  const used = await list.create({ lifetime: 1000 });
  const single = await list.create({ lifetime: 1000, singleUse: true });
  const unused = await list.create({ lifetime: 1000 });
  await list.remember(used.id, ADA, "ada");
  assert.equal(await list.redeem(single.id, BOB), "welcome");
  clock.now += 2 * MONTH;
  await list.create();
  const ids = (await list.records()).map(({ id }) => id);
  assert.deepEqual(ids.slice(0, -1), [used.id, single.id], `and not ${unused.id}`);
  for (const [{ id }, guest, other] of [[used, ADA, BOB], [single, BOB, ADA]] as const) {
    assert.equal(await list.admits(guest), true);
    assert.equal(await list.redeem(id, guest), "welcome", "with the old line in hand");
    assert.equal(await list.redeem(id, other), "expired");
  }
  assert.equal(await list.revoke(used.id), 1, "it can still be revoked");
  assert.equal(await list.admits(ADA), false);
});

Deno.test("invited keys: whoever used a single-use invitation of an earlier version is one", async () => {
  const used = Buffer.from(ADA).toString("base64");
  const { list } = setUp({
    invitations: `11111111 ${"A".repeat(22)} created=2026-11-23T09:00:00Z single-use ` +
      `used-by=${used}\n`,
  });
  assert.equal(await list.admits(ADA), true);
  const [first] = await list.keysOf("11111111");
  assert.deepEqual(first, { invitation: "11111111", key: ADA, date: "", nick: "" });
  // Once it has come again, its name and the day are known.
  await list.remember("11111111", ADA, "ada");
  assert.deepEqual(await list.keysOf("11111111"), [{ ...first, date: DAY, nick: "ada" }]);
  assert.equal(await list.revoke("11111111"), 1);
  assert.equal(await list.admits(ADA), false);
});

Deno.test("invited keys: one invitation fills neither the file nor the room for others", async () => {
  const { list, invited } = setUp();
  const ids: string[] = [];
  for (let count = 0; count < 5; count++) ids.push((await list.create()).id);
  const [first = "", ...others] = ids;
  const outcomes = await Promise.all(
    keys(252).map((key) => list.remember(first, key, "x".repeat(32))),
  );
  assert.equal(outcomes.filter((isThere) => isThere).length, 250);
  assert.equal(await list.redeem(first, ADA), "welcome", "the line still opens the door");
  assert.equal(await list.remember(first, ADA, "ada"), false);
  assert.equal(await list.remember(others[0] ?? "", ADA, "ada"), true);

  // In all, with the longest names that there are, they fit into a file of 1 MiB.
  const { list: full, invited: all, invitedStore } = setUp({
    invited: others.flatMap((id) =>
      [...keys(250)].map((key) =>
        `${id} x25519 ${Buffer.from(key).toString("base64")} ${DAY} ${"\u{1f600}".repeat(32)}\n`
      )
    ).join(""),
  });
  const { id } = await full.create();
  assert.equal(await full.remember(id, ADA, "ada"), false);
  assert.equal((await all.all()).length, 1_000);
  assert.ok(new TextEncoder().encode(await invitedStore.read()).length < 2 ** 20);
  assert.equal((await invited.all()).length, 251);
});
