import assert from "node:assert/strict";
import { findDestination } from "../../../lib/client/meeting/destination.ts";
import { UsageError } from "../../../lib/errors.ts";
import { formatInvitation } from "../../../lib/identity/mod.ts";
import { key, temporaryFolder } from "../../support/doubles.ts";

const ADDRESS = { hostname: "127.0.0.1", port: 12345 };
const INVITATION = {
  address: "chat.example:9",
  serverKey: key(9),
  secret: new Uint8Array(16).fill(3),
};

Deno.test("destination: what the flags say, where no file is named", async () => {
  const flags = { address: ADDRESS, invitation: undefined, inviteFile: undefined };
  const { address, invitation } = await findDestination(flags);
  assert.deepEqual([address, invitation], [ADDRESS, undefined]);
});

Deno.test("destination: an invitation in a file names the address", async () => {
  using folder = temporaryFolder();
  const inviteFile = `${folder.path}/invitation`;
  await Deno.writeTextFile(inviteFile, `${formatInvitation(INVITATION)}\n`, { mode: 0o600 });
  const flags = { address: ADDRESS, invitation: undefined, inviteFile };
  const { address, invitation } = await findDestination(flags);
  assert.deepEqual(address, { hostname: "chat.example", port: 9 });
  assert.deepEqual(invitation?.secret, INVITATION.secret);
});

Deno.test("destination: the invitation in a file may stand among other lines", async () => {
  using folder = temporaryFolder();
  const inviteFile = `${folder.path}/invitation`;
  const flags = { address: ADDRESS, invitation: undefined, inviteFile };
  const link = formatInvitation(INVITATION);
  const made =
    "Invitation 0123abcd, for anyone who has it, valid until you revoke it. Send it privately:";
  for (const text of [`${made}\n${link}\n`, `\r\n  <${link}>\r\nSee you!`, `${link}\n${link}x\n`]) {
    await Deno.writeTextFile(inviteFile, text, { mode: 0o600 });
    const { address, invitation } = await findDestination(flags);
    assert.deepEqual(address, { hostname: "chat.example", port: 9 });
    assert.deepEqual(invitation?.secret, INVITATION.secret);
  }
});

Deno.test("destination: a file that holds no invitation, or is not there, is named", async () => {
  using folder = temporaryFolder();
  const inviteFile = `${folder.path}/invitation`;
  const flags = { address: ADDRESS, invitation: undefined, inviteFile };
  for (const text of [undefined, "x25519-chat://\n"]) {
    if (text !== undefined) await Deno.writeTextFile(inviteFile, text, { mode: 0o600 });
    await assert.rejects(findDestination(flags), (error) => {
      assert.ok(error instanceof UsageError);
      assert.ok(error.message.includes(inviteFile), error.message);
      return true;
    });
  }
});
