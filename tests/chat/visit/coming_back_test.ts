import assert from "node:assert/strict";
import { encodeMessage, encodeText, Room } from "../../../lib/chat/mod.ts";
import { NetworkError } from "../../../lib/errors.ts";
import { Clock, failure, isPending, turns } from "../../channel/support.ts";
import {
  enter,
  type Guest,
  hear,
  hearLines,
  hello,
  HOST_KEY,
  idOf,
  KEY_PAIRS,
  leave,
  Notebook,
  send,
  visit,
} from "../support.ts";

const GRACE = 120_000;

/** A room in which a host sits, and a guest who has just come. */
async function scene(clock: Clock) {
  const room = new Room({ now: () => 5, grace: GRACE });
  const seat = new Notebook();
  const host = room.join("host", HOST_KEY, seat);
  await host.follow({ past: 0 });
  const come = (visit: number, details = {}) =>
    enter(room, "ada", {}, { hello: { visit: idOf(visit), ...details } });
  const guest = await come(1);
  await clock.pass(60_000);
  seat.broadcasts.length = 0;
  return { room, seat, host, come, guest };
}

function introduced({ introduction }: Guest): string[] {
  return introduction.map((message) =>
    message.type === "message" ? `${message.seq}` : message.type
  );
}

Deno.test("guest coming back: after a cut it has its place again, and gets what it missed", async () => {
  using clock = new Clock();
  const { room, seat, host, come, guest } = await scene(clock);
  guest.client.abort();
  assert.equal(await failure(guest.served), "NetworkError/cut");
  await clock.pass(1_000);
  assert.deepEqual(seat.heard, ["ada away: the connection was cut"]);
  await host.post(idOf(1), encodeText("one"));
  const whispered = host.whisper(guest.self, idOf(2), encodeText("psst"));
  await turns();
  const after = { log: room.log.id, seq: 0 };
  const again = await come(1, { after });
  assert.equal(again.self.nick, "ada");
  assert.deepEqual(introduced(again), ["members", "welcome", "0", "1", "caught-up"]);
  const welcome = again.introduction.find(({ type }) => type === "welcome");
  assert.ok(welcome?.type === "welcome");
  assert.deepEqual([welcome.seq, welcome.gone, welcome.grace, welcome.kept], [1, 0, GRACE, false]);
  assert.deepEqual(seat.heard.slice(1), ["ada back"]);
  assert.ok(await isPending(whispered));
  await again.client.send(encodeMessage({ type: "got", private: 1 }));
  await whispered;
  await leave(again);
});

Deno.test("guest coming back: a request that is sent again has the answer that was lost", async () => {
  using clock = new Clock();
  const { room, seat, come, guest } = await scene(clock);
  await guest.client.send(encodeMessage(send(1, "one")));
  await turns();
  assert.deepEqual(seat.heard, ["1 ada"]);
  guest.client.abort();
  await failure(guest.served);
  const again = await come(1, { after: { log: room.log.id, seq: 1 } });
  await again.client.send(encodeMessage(send(1, "one")));
  await again.client.send(encodeMessage(send(2, "two")));
  assert.deepEqual(await hearLines(again.client, 2), ["delivered 1", "delivered 2"]);
  assert.deepEqual(seat.heard.filter((line) => /^\d/.test(line)), ["1 ada", "2 ada"]);
  await leave(again);
});

Deno.test("guest coming back: the same visit ends its old connection, which is dead for sure", async () => {
  using clock = new Clock();
  const { room, seat, come, guest } = await scene(clock);
  const again = await come(1);
  assert.equal(again.self.nick, "ada");
  assert.deepEqual(room.members.map(({ nick }) => nick), ["host", "ada"]);
  assert.deepEqual(seat.heard, []);
  assert.equal(await failure(hear(guest.client)), "NetworkError/timed-out");
  assert.equal(await failure(guest.served), "NetworkError/removed");
  assert.deepEqual(room.members.length, 2, "what ends is not the member's place");
  await leave(again);
  assert.deepEqual(seat.heard, ["ada left"]);
});

Deno.test("guest coming back: another visit with its key waits for a sign of life, and there are two", async () => {
  using clock = new Clock();
  const { room, come, guest } = await scene(clock);
  const answering = (async () => {
    for (let message = await hear(guest.client);; message = await hear(guest.client)) {
      if (message.type === "ping") await guest.client.send(encodeMessage({ type: "pong" }));
    }
  })();
  answering.catch(() => {});
  const twin = await come(2);
  assert.equal(twin.self.nick, "ada-2");
  assert.deepEqual(room.members.map(({ nick }) => nick), ["host", "ada", "ada-2"]);
  await leave(twin);
  await leave(guest);
});

Deno.test("guest coming back: where none comes, the place is taken two seconds later", async () => {
  using clock = new Clock();
  const { room, seat, come, guest } = await scene(clock);
  const coming = come(2);
  // From then on it waits.
  assert.equal((await hear(guest.client)).type, "ping");
  await clock.pass(1_999);
  assert.ok(await isPending(coming));
  await clock.pass(1);
  const again = await coming;
  assert.equal(again.self.nick, "ada");
  assert.deepEqual(seat.heard, [], "nobody need know");
  assert.deepEqual(room.members.length, 2);
  guest.client.abort();
  await failure(guest.served);
  await leave(again);
});

Deno.test("guest coming back: somebody else does not get the place by knowing its visit", async () => {
  using clock = new Clock();
  const { room, guest } = await scene(clock);
  const eve = await enter(room, "ada", {}, { keys: KEY_PAIRS[1], hello: { visit: idOf(1) } });
  assert.equal(eve.self.nick, "ada-2");
  assert.ok(await isPending(guest.served));
  await leave(eve);
  await leave(guest);
});

Deno.test("guest: what was said earlier is read and searched page by page", async () => {
  using clock = new Clock();
  const { host, guest } = await scene(clock);
  for (const [index, text] of ["tea", "coffee", "more tea"].entries()) {
    await host.post(idOf(index + 1), encodeText(text));
  }
  await hearLines(guest.client, 3);
  const ask = async (query: { before: number; count: number; words?: string }) => {
    await guest.client.send(encodeMessage({ type: "past", id: idOf(9), ...query }));
    const page = await hear(guest.client);
    assert.ok(page.type === "page");
    return [page.messages.map(({ seq }) => seq), page.before];
  };
  assert.deepEqual(await ask({ before: 0, count: 2 }), [[2, 3], 2]);
  assert.deepEqual(await ask({ before: 2, count: 2 }), [[1], 0]);
  assert.deepEqual(await ask({ before: 0, count: 5, words: "TEA" }), [[1, 3], 0]);
  await leave(guest);
});

Deno.test("guest coming back: a connection that ends before its welcome leaves nobody in the room", async () => {
  for (const grace of [0, GRACE]) {
    using clock = new Clock();
    const room = new Room({ grace });
    const whyNot = async () => {
      server.abort(new NetworkError("cut", "the connection was cut"));
      await turns();
      return undefined;
    };
    const { client, server, served } = await visit(room, { whyNot });
    await client.send(hello("ada"));
    assert.equal(await failure(served), "NetworkError/cut");
    await clock.pass(GRACE);
    assert.deepEqual(room.members, []);
  }
});
