/**
 * What becomes of guests whose line in `invited_keys` a person has deleted, as docs/invite.md says it.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  fingerprint,
  InvitationList,
  InvitedKeys,
  memoryStore,
} from "../../../lib/identity/mod.ts";
import { listInvitations } from "../../../lib/server/door/invitation_commands.ts";
import { key } from "../../support/doubles.ts";

const ADA = key(1);

Deno.test("edited invited keys: the list shows who may come back, and only revoking ends that", async () => {
  for (const singleUse of [true, false]) {
    const invitedStore = memoryStore("invited_keys");
    const list = new InvitationList(
      memoryStore("invitations"),
      undefined,
      new InvitedKeys(invitedStore),
    );
    const { id } = await list.create({ singleUse });
    assert.equal(await list.redeem(id, ADA), "welcome");
    await list.remember(id, ADA, "ada");
    await invitedStore.update(() => "");
    const isListed = (await listInvitations(list)).includes(fingerprint(ADA));
    assert.equal(await list.admits(ADA), isListed);
    assert.equal(isListed, singleUse, "a single-use invitation names its guest itself");
    assert.equal(await list.redeem(id, ADA), "welcome", "with the line");
    await list.revoke(id);
    assert.equal(await list.admits(ADA), false);
    assert.equal(await list.redeem(id, ADA), "revoked");
  }
});
