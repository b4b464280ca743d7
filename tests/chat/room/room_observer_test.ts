import assert from "node:assert/strict";
import { combineObservers, type RoomObserver } from "../../../lib/chat/mod.ts";
import { keyOf } from "../support.ts";

const ADA = { nick: "ada", key: keyOf(1) };
const BOB = { nick: "bob", key: keyOf(2) };

/** One of each event, as it would be told. */
const EVENTS: {
  readonly [Name in keyof RoomObserver]-?: Parameters<Required<RoomObserver>[Name]>;
} = {
  joined: [ADA, 1],
  left: [ADA, 0, "cut"],
  away: [ADA, "cut"],
  back: [ADA],
  logFailed: [new Error("disk full")],
  renamed: [ADA, "before"],
  message: ["private", 10],
  fanOut: [3, 0.5],
  bytes: ["in", 100],
  refused: ["no"],
  moderated: ["kick", ADA, "bob"],
  throttled: [BOB],
};

Deno.test("observers: each of several is told everything, in their order", () => {
  const told: unknown[][] = [];
  const recorder = (who: string): RoomObserver =>
    Object.fromEntries(
      Object.keys(EVENTS).map((name) => [name, (...event: unknown[]) => {
        told.push([who, name, ...event]);
      }]),
    );
  // One that wants to know nothing stands between them.
  const all = combineObservers(recorder("first"), {}, recorder("second"));
  for (const [name, event] of Object.entries(EVENTS)) {
    told.length = 0;
    const tell = all[name as keyof RoomObserver] as (...event: unknown[]) => void;
    tell(...event);
    assert.deepEqual(told, [["first", name, ...event], ["second", name, ...event]]);
  }
});
