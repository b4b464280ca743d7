import assert from "node:assert/strict";
import { PendingHandshakes } from "../../../lib/channel/tcp/pending_handshakes.ts";

const REASON = new Error("too many");

Deno.test("pending handshakes: the oldest of the address that has most gives way", () => {
  const pending = new PendingHandshakes();
  const begin = (address: string) => {
    const handshake = new AbortController();
    pending.add(address, handshake);
    return handshake;
  };
  const honest = begin("honest");
  const flood = Array.from({ length: 5 }, () => begin("flood"));
  const isOver = () => flood.map(({ signal }) => signal.aborted);
  pending.giveUpOne(REASON);
  pending.giveUpOne(REASON);
  assert.deepEqual(isOver(), [true, true, false, false, false]);
  assert.equal(flood[0].signal.reason, REASON);
  assert.equal(honest.signal.aborted, false);
  assert.equal(pending.size, 4);
  // Of one that is given up, or over, nothing is left.
  pending.remove("flood", flood[0]);
  pending.remove("flood", flood[2]);
  pending.remove("elsewhere", flood[3]);
  assert.equal(pending.size, 3);
  pending.giveUpOne(REASON);
  pending.giveUpOne(REASON);
  assert.deepEqual(
    [honest, ...flood].map(({ signal }) => signal.aborted).filter(Boolean).length,
    4,
  );
  pending.giveUpOne(REASON);
  assert.equal(pending.size, 0);
  pending.giveUpOne(REASON);
});

Deno.test("pending handshakes: all are given up together", () => {
  const pending = new PendingHandshakes();
  const handshakes = ["a", "a", "b"].map((address) => {
    const handshake = new AbortController();
    pending.add(address, handshake);
    return handshake;
  });
  pending.giveUpAll(REASON);
  assert.ok(handshakes.every(({ signal }) => signal.reason === REASON));
});
