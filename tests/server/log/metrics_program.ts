/**
 * A server's log and metrics, without a server: reports one event of each kind, tells that it has
 * done so, and ends with its standard input. Needs no permission.
 *
 * @module
 */
import {
  combineDoorObservers,
  combineObservers,
  type DoorObserver,
  type RoomObserver,
} from "../../../lib/chat/mod.ts";
import { NetworkError } from "../../../lib/errors.ts";
import { openMetrics } from "../../../lib/server/log/metrics.ts";
import { openServerLog } from "../../../lib/server/log/server_log.ts";

const ALICE = { nick: "alice-in-person", key: new Uint8Array(32).fill(1) };
const BOB = { nick: "bob-in-person", key: new Uint8Array(32).fill(2) };
const ADDRESS = "192.0.2.77:50123";

let polls = 0;

function report(door: DoorObserver, observer: RoomObserver): void {
  const error = new NetworkError("timed-out", "it took too long");
  door.handshake?.({ result: "accepted", milliseconds: 20, address: ADDRESS });
  door.handshake?.({ result: "accepted", milliseconds: 40, address: ADDRESS });
  door.handshake?.({ result: "timed-out", milliseconds: 10_000, address: ADDRESS, error });
  door.refused?.(ALICE.key, ADDRESS, "not on the list");
  door.turnedAway?.(error, ADDRESS);
  observer.joined?.(ALICE, 1);
  observer.joined?.(BOB, 2);
  observer.renamed?.({ ...ALICE, nick: "alicia-in-person" }, ALICE.nick);
  observer.message?.("room", 5);
  observer.message?.("room", 7);
  observer.message?.("private", 9);
  observer.fanOut?.(2, 0.02);
  observer.bytes?.("in", 100);
  observer.bytes?.("in", 11);
  observer.bytes?.("out", 300);
  observer.refused?.("the name bob-in-person is taken");
  observer.throttled?.(BOB);
  observer.moderated?.("kick", ALICE, BOB.nick);
  observer.left?.(BOB, 1, "removed");
}

const metrics = await openMetrics({
  queueDepth() {
    polls++;
    return { bytes: 4096, deepest: 1024 };
  },
});
const encoder = new TextEncoder();
const log = openServerLog({
  format: "text",
  level: "trace",
  write: (text) => void Deno.stderr.writeSync(encoder.encode(text)),
});
report(
  combineDoorObservers(metrics.door, log.door),
  combineObservers(metrics.room, log.room),
);
Deno.stdout.writeSync(encoder.encode("reported\n"));
await Deno.stdin.readable.pipeTo(new WritableStream());
Deno.stdout.writeSync(encoder.encode(`polled ${polls === 0 ? "never" : "often"}\n`));
