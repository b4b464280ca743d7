/**
 * Whatever members say, the room's messages about it are ones that every client takes: one that is not
 * ends the visit of all who hear it.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { CloseCode } from "../../../lib/channel/mod.ts";
import {
  type BanList,
  carryOut,
  decodeRoomMessage,
  encodeMessage,
  type MemberRequest,
  Room,
} from "../../../lib/chat/mod.ts";
import { quotedFarewell } from "../../../lib/chat/wire/farewell.ts";
import { sha256 } from "../../../lib/crypto/mod.ts";
import { enter, HOST_KEY, idOf, keyOf, Notebook } from "../support.ts";

const BANS: BanList = { add: () => Promise.resolve(), remove: () => Promise.resolve(true) };
const LONGEST_NICK = `x${"\u{1f600}".repeat(31)}`;
const MAX_SENTENCE_SIZE = 1024;

const sizeOf = (text: string) => new TextEncoder().encode(text).length;

/** Others' words: characters whose visible form is longer than they are among them. */
const words = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.tuple(
    fc.constantFrom(
      "\u00ad",
      "\t",
      "\u202e",
      "\u{e0001}",
      "\u2018\u2018",
      "\ud800",
      "e\u0301",
      "x",
    ),
    fc.nat(700),
    fc.string({ maxLength: 4 }),
  ).map(([character, count, start]) => start + character.repeat(count)),
);

/** Fails if a client would not take it. */
function assertFits(...seats: readonly Notebook[]): void {
  for (const { messages } of seats) {
    for (const message of messages) decodeRoomMessage(encodeMessage(message));
  }
}

Deno.test("own schema: nothing that the room makes of others' words is longer than clients take", async () => {
  const actions = ["kick", "ban", "mute", "slow"] as const;
  const scenes = fc.tuple(words, words, fc.constantFrom(...actions), fc.boolean());
  await fc.assert(
    fc.asyncProperty(scenes, async ([text, farewell, action, isLong]) => {
      const room = new Room({ bans: BANS });
      const [host, ada, bob] = [new Notebook(), new Notebook(), new Notebook()];
      const owner = room.join("host", HOST_KEY, host, { isOperator: true });
      const name = isLong ? LONGEST_NICK : "ada";
      const guest = room.join(name, keyOf(1), ada);
      const namesake = room.join(name, keyOf(2), bob);
      const ask = async (request: MemberRequest, by = owner) => {
        const answer = await carryOut(by, request);
        if (answer.type !== "page") decodeRoomMessage(encodeMessage(answer));
      };
      const target = sha256(keyOf(1));
      await ask({ type: "topic", id: idOf(1), topic: text });
      await ask({ type: "rename", id: idOf(2), nick: name });
      await ask({
        type: "moderate",
        id: idOf(3),
        action,
        target,
        reason: text,
        seconds: action === "slow" ? 9 : 0,
      });
      await ask({ type: "send", id: idOf(4), body: new Uint8Array(9) }, guest);
      namesake.sayGoodbye(farewell);
      guest.leave("cut", text);
      await room.settle();
      assertFits(host, ada, bob);
      await room.close();
    }),
    { numRuns: 300 },
  );
});

Deno.test("own schema: a farewell that grows in its quotation is cut between characters", async () => {
  const cases = {
    [`${"\u00ad".repeat(128)}`]: `“${"<U+00AD>".repeat(126)}…”`,
    [`a${"\t".repeat(255)}`]: `“a${" ".repeat(1014)}…”`,
    [`${"\u00ad".repeat(127)}xy`]: `“${"<U+00AD>".repeat(127)}xy”`,
    [`${"\u{e0001}".repeat(64)}`]: `“${"<U+E0001>".repeat(64)}”`,
  };
  for (const [said, told] of Object.entries(cases)) {
    assert.equal(quotedFarewell(said), told);
    assert.ok(sizeOf(told) <= MAX_SENTENCE_SIZE);

    // Over the wire, where a client that is told too much would leave.
    const room = new Room();
    const [ada, bob] = [await enter(room, "ada"), await enter(room, "bob")];
    await bob.client.close({ code: CloseCode.done, reason: said });
    await bob.served;
    const heard: unknown[] = [];
    for (let bytes; heard.length < 2 && (bytes = await ada.client.receive()) !== undefined;) {
      const message = decodeRoomMessage(bytes);
      if (message.type === "member") heard.push([message.change, message.reason]);
    }
    assert.deepEqual(heard, [["joined", undefined], ["left", told]]);
    await ada.client.close();
    await ada.served;
  }
});

Deno.test("own schema: a farewell in its quotation is one that clients know as a farewell", () => {
  fc.assert(
    fc.property(words, (said) => {
      const told = quotedFarewell(said);
      if (told === undefined) return;
      assert.ok(sizeOf(told) <= MAX_SENTENCE_SIZE);
      assert.match(told, /^“.*”$/s);
    }),
    { numRuns: 1_000 },
  );
});
