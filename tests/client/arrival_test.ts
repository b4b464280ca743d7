import assert from "node:assert/strict";
import { Member, MemoryLog, Room } from "../../lib/chat/mod.ts";
import { showArrival } from "../../lib/client/arrival.ts";
import { LastingRoom } from "../../lib/client/lasting_room.ts";
import { ProvedHost } from "../../lib/client/proved_host.ts";
import { Conversation } from "../../lib/conversation/conversation.ts";
import { fingerprint, memoryStore, safetyWords } from "../../lib/identity/mod.ts";
import { IgnoredPeople } from "../../lib/trust/ignored_people.ts";
import { VerifiedPeople } from "../../lib/trust/verified_people.ts";
import { CLIENT_KEYS, SERVER_KEYS } from "../channel/support.ts";
import { keyOf, listen, somebody, visit } from "../chat/support.ts";
import { recordingScreen, toldIn } from "../support/doubles.ts";

interface Options {
  readonly others?: number;
  readonly nick?: string;
  readonly isInteractive?: boolean;
  readonly json?: boolean;
  readonly verified?: string;
  /** Whether the server keeps what is said. */
  readonly isKept?: boolean;
}

/** What is shown to one who comes into a room with a topic. */
async function arrive(options: Options = {}) {
  const { others = 0, nick = "guest", isInteractive = true, json = false, verified } = options;
  const log = Object.assign(new MemoryLog(), { isKept: options.isKept ?? false });
  const room = new Room({ log });
  const host = room.join("host", SERVER_KEYS.publicKey, somebody());
  for (let index = 0; index < others; index++) room.join("ada", keyOf(index + 1), somebody());
  host.setTopic("engines");
  const { client, served } = await visit(room);
  const member = await Member.join(client, { nick });
  const people = await VerifiedPeople.open(memoryStore("verified_keys"));
  if (verified !== undefined) await people.add({ nick: verified, key: keyOf(99) });
  const screen = recordingScreen({ isInteractive });
  const address = { hostname: "127.0.0.1", port: 9 };
  const proved = new ProvedHost(address, client.peer.publicKey, member, people);
  const conversation = new Conversation({
    screen,
    room: new LastingRoom(member),
    people,
    ignored: await IgnoredPeople.open(memoryStore("ignored_keys")),
    verifiable: () => [proved.participant],
    isVerified: proved.isVerified,
    json,
  });
  await showArrival({
    screen,
    channel: client,
    member,
    host: proved,
    conversation,
    trust: { trust: "known", isCompared: false },
    flags: { nick, json },
  });
  const { ended } = listen(member);
  await member.leave();
  await ended;
  await Promise.all([client.close(), served]);
  return screen.events;
}

Deno.test("arrival: a person sees whom they are connected to, and who is here", async () => {
  const events = await arrive();
  const kinds = ["connected", "notice", "notice", "topic"];
  assert.deepEqual(events.map(({ event }) => event), kinds);
  const [connected] = events;
  assert.ok(connected.event === "connected");
  assert.equal(connected.peer.fingerprint, fingerprint(SERVER_KEYS.publicKey));
  assert.equal(connected.trust, "known");
  const words = await safetyWords(CLIENT_KEYS.publicKey, SERVER_KEYS.publicKey);
  assert.equal(connected.safetyWords, words);
  const own = fingerprint(CLIENT_KEYS.publicKey);
  assert.deepEqual(toldIn(events), [`Your fingerprint is ${own}`, "Here is host."]);
});

Deno.test("arrival: who comes is told that the server keeps what is said, if it does", async () => {
  const kept = "What is said here is kept on the server's disk.";
  for (const isKept of [false, true]) {
    const events = await arrive({ isKept });
    assert.equal(toldIn(events).includes(kept), isKept);
    assert.ok(events[0].event === "connected" && events[0].kept === isKept);
  }
});

Deno.test("arrival: a program is shown who is here; a pipe is not", async () => {
  const program = await arrive({ isInteractive: false, json: true });
  assert.deepEqual(program.map(({ event }) => event).slice(3), ["topic", "members"]);
  const pipe = await arrive({ isInteractive: false });
  assert.deepEqual(pipe.map(({ event }) => event).slice(3), ["topic"]);
});

Deno.test("arrival: names are shown as long as they can be taken in", async () => {
  const toldFor = async (others: number) => toldIn(await arrive({ others }))[1];
  assert.equal(await toldFor(2), "Here are host, ada, ada-2.");
  assert.match(await toldFor(9), /^Here are (?:\S+, ){9}ada-9\.$/);
  assert.match(await toldFor(10), /^11 others are here; \/who /);
});

Deno.test("arrival: another name than the one that was wanted is told", async () => {
  const told = toldIn(await arrive({ nick: "ADA", others: 1 }));
  assert.match(told[1], /\bADA\b.*\bADA-2\b/);
  assert.equal(toldIn(await arrive()).filter((text) => /taken/.test(text)).length, 0);
});

Deno.test("arrival: a member with a verified name and another key is warned of", async () => {
  const told = toldIn(await arrive({ others: 1, verified: "ada" }));
  assert.equal(told.filter((text) => text.startsWith("Beware: ")).length, 1);
});
