import assert from "node:assert/strict";
import { Room } from "../../lib/chat/mod.ts";
import { joinRoom } from "../../lib/client/join_room.ts";
import { CLIENT_KEYS, establish, failure } from "../channel/support.ts";
import { HOST_KEY, listen, somebody, visit } from "../chat/support.ts";
import { memoryPair } from "../support/wire.ts";

const OPTIONS = { nick: "guest", outbox: undefined };

Deno.test("join: as a member of the room, under one's own key", async () => {
  const room = new Room();
  room.join("host", HOST_KEY, somebody());
  const { client, served } = await visit(room);
  const member = await joinRoom(client, { ...OPTIONS, isInvited: false });
  assert.deepEqual(member.self, { nick: "guest", key: CLIENT_KEYS.publicKey });
  assert.deepEqual(member.others.map(({ nick }) => nick), ["host"]);
  const { ended } = listen(member);
  await member.leave();
  await ended;
  await Promise.all([client.close(), served]);
});

Deno.test("join: a server that hangs up on an invitation has refused it", async () => {
  for (
    const [isInvited, expected] of [
      [true, "AuthenticationError/invitation-refused"],
      [false, "NetworkError/cut"],
    ] as const
  ) {
    const { client, server } = await establish({ transports: memoryPair() });
    const joining = failure(joinRoom(client, { ...OPTIONS, isInvited }));
    server.abort();
    assert.equal(await joining, expected);
  }
});
