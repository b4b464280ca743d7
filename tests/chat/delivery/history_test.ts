import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { Broadcast } from "../../../lib/chat/mod.ts";
import { History } from "../../../lib/chat/delivery/history.ts";

/** A message of exactly so many bytes, of 100 at least. */
function message(size: number): Broadcast {
  const make = (length: number) => new Broadcast({ type: "notice", text: "x".repeat(length) });
  const broadcast = make(size - make(size).bytes.length + size);
  assert.equal(broadcast.bytes.length, size);
  return broadcast;
}

Deno.test("history: so many messages are kept, the last ones, oldest first", () => {
  const history = new History(3, 1_000_000);
  assert.deepEqual(history.broadcasts, []);
  const messages = Array.from({ length: 10 }, () => message(100));
  for (const [index, broadcast] of messages.entries()) {
    history.add(broadcast);
    assert.deepEqual(history.broadcasts, messages.slice(Math.max(0, index - 2), index + 1));
  }
});

Deno.test("history: so many bytes are kept, of whole messages", () => {
  const history = new History(100, 500);
  const small = [message(200), message(300)];
  small.forEach((broadcast) => history.add(broadcast));
  assert.deepEqual(history.broadcasts, small, "as many as it may have");
  const next = message(100);
  history.add(next);
  assert.deepEqual(history.broadcasts, [small[1], next]);
  const large = message(450);
  history.add(large);
  assert.deepEqual(history.broadcasts, [large]);
  history.add(message(501));
  assert.deepEqual(history.broadcasts, [], "one that is too large leaves nothing in front of it");
  history.add(next);
  assert.deepEqual(history.broadcasts, [next]);
});

Deno.test("history: none at all", () => {
  const history = new History(0, 1_000_000);
  history.add(message(100));
  assert.deepEqual(history.broadcasts, []);
});

Deno.test("history: it is what was said last, as much as both limits allow, and no less", () => {
  const sizes = fc.array(fc.integer({ min: 100, max: 200 }), { maxLength: 30 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 10 }), fc.nat(1_500), (sizes, count, size) => {
      const history = new History(count, size);
      const all = sizes.map(message);
      for (const broadcast of all) history.add(broadcast);
      const kept = history.broadcasts;
      assert.deepEqual(kept, all.slice(all.length - kept.length));
      const sum = (some: readonly Broadcast[]) =>
        some.reduce((sum, { bytes }) => sum + bytes.length, 0);
      assert.ok(kept.length <= count && sum(kept) <= size);
      const more = all.slice(Math.max(0, all.length - kept.length - 1));
      assert.ok(kept.length === all.length || more.length > count || sum(more) > size);
    }),
  );
});
