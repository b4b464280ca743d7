import assert from "node:assert/strict";
import type { DoorObserver, RoomObserver } from "../../lib/chat/mod.ts";
import { openObservers } from "../../lib/server/observers.ts";
import { establish, pattern } from "../channel/support.ts";

Deno.test("observers: log and host are told of the door, and the log of the room and its traffic", async () => {
  const told: string[] = [];
  const door = (who: string): DoorObserver => ({
    handshake: ({ result }) => void told.push(`${who} handshake ${result}`),
    refused: (_key, _address, reason) => void told.push(`${who} refused ${reason}`),
    turnedAway: (error) => void told.push(`${who} turned away ${error}`),
  });
  let received = 0;
  const room: RoomObserver = {
    renamed: (_member, previous) => void told.push(`log renamed ${previous}`),
    bytes: (direction, count) => received += direction === "in" ? count : 0,
  };
  const observers = await openObservers({ door: door("log"), room }, door("host"));
  observers.door.handshake?.({ result: "accepted", address: "192.0.2.1:5", milliseconds: 1 });
  observers.door.refused?.(new Uint8Array(32), "192.0.2.1:5", "banned");
  observers.door.turnedAway?.("the room is full", "192.0.2.1:5");
  observers.room.renamed?.({ nick: "ada", key: new Uint8Array(32) }, "eve");
  assert.deepEqual(told, [
    "log handshake accepted",
    "host handshake accepted",
    "log refused banned",
    "host refused banned",
    "log turned away the room is full",
    "host turned away the room is full",
    "log renamed eve",
  ]);

  const { client, server } = await establish();
  observers.watch(server);
  await client.send(pattern(1000));
  await server.receive();
  client.abort();
  server.abort();
  await Promise.all([client.closed, server.closed]);
  assert.ok(received > 1000);
});
