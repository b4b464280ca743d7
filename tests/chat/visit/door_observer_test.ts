import assert from "node:assert/strict";
import { combineDoorObservers, type DoorObserver } from "../../../lib/chat/mod.ts";
import { keyOf } from "../support.ts";

/** One of each event, as it would be told. */
const EVENTS: {
  readonly [Name in keyof DoorObserver]-?: Parameters<Required<DoorObserver>[Name]>;
} = {
  handshake: [{ result: "failed", address: "127.0.0.1:1", milliseconds: 5, error: "altered" }],
  refused: [keyOf(1), "127.0.0.1:1", "banned"],
  turnedAway: ["the room is full", "127.0.0.1:1"],
};

Deno.test("door observers: each of several is told everything, in their order", () => {
  const told: unknown[][] = [];
  const recorder = (who: string): DoorObserver =>
    Object.fromEntries(
      Object.keys(EVENTS).map((name) => [name, (...event: unknown[]) => {
        told.push([who, name, ...event]);
      }]),
    );
  // One that wants to know nothing stands between them.
  const all = combineDoorObservers(recorder("first"), {}, recorder("second"));
  for (const [name, event] of Object.entries(EVENTS)) {
    told.length = 0;
    const tell = all[name as keyof DoorObserver] as (...event: unknown[]) => void;
    tell(...event);
    assert.deepEqual(told, [["first", name, ...event], ["second", name, ...event]]);
  }
});
