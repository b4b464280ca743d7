import { aborted, Interruption, settledWithin } from "../abort.ts";
import { CLOSE_TIMEOUT, type SecureListener } from "../channel/mod.ts";
import type { Room } from "../chat/mod.ts";
import { ConversationOver, FAREWELL_TIMEOUT } from "../chat/visit/guest.ts";
import { NetworkError } from "../errors.ts";
import type { Screen } from "../terminal/screens/screen.ts";
import type { Host } from "./host/host.ts";
import type { Log } from "./log/log.ts";

/** A server that is to end. */
export interface EndingServer {
  readonly listener: Pick<SecureListener, "close">;
  /** Aborted, it tells every guest. */
  readonly leaving: AbortController;
  /** Resolves when every guest has left. */
  readonly serving: Promise<void>;
  readonly room: Pick<Room, "settle" | "caughtUp" | "close">;
  /** The person in the room, if one sits there. */
  readonly host: Pick<Host, "lost" | "fallSilent" | "farewell"> | undefined;
  readonly screen: Pick<Screen, "isInteractive" | "show">;
  readonly log: Pick<Log, "closing" | "closed" | "flush"> | undefined;
  /** Whether the server was told to end; ends the patience if it is told so now. */
  readonly signal: AbortSignal;
}

/**
 * Ends a server: lets nobody in any more, tells every guest, and waits until they have read what was
 * said before and left. A person does not want to wait for long (5 seconds); what was piped in is
 * worth a minute, unless the server is told to end meanwhile.
 *
 * @throws {NetworkError} If input was piped in, and what was said last may be lost with a guest.
 */
export async function endServer(server: EndingServer): Promise<void> {
  const { listener, leaving, serving, room, host, screen, log, signal } = server;
  log?.closing(signal.aborted ? "interrupted" : "end of input");
  listener.close();
  host?.fallSilent();
  // What has been taken is confirmed and handed on before anybody is told that it is over.
  await settledWithin(room.settle(), CLOSE_TIMEOUT);
  const patience = screen.isInteractive ? CLOSE_TIMEOUT : FAREWELL_TIMEOUT;
  const patiently = (what: Promise<void>) =>
    Promise.race([
      settledWithin(what, patience),
      aborted(signal).then(() => settledWithin(what, CLOSE_TIMEOUT)),
    ]);
  // Those who may come back get what they miss then.
  const haveHeard = !isOver(server) || await patiently(room.caughtUp());
  leaving.abort(isOver(server) ? new ConversationOver(host?.farewell ?? "") : undefined);
  const haveLeft = await patiently(serving);
  // That they have left is shown before the end is.
  await settledWithin(room.close(), CLOSE_TIMEOUT);
  log?.closed();
  await settledWithin(log?.flush() ?? Promise.resolve(), CLOSE_TIMEOUT);
  if (host !== undefined && !screen.isInteractive && !signal.aborted) {
    if (!haveHeard || !haveLeft) {
      throw new NetworkError("timed-out", "a guest did not answer the goodbye");
    }
    if (host.lost !== undefined) throw host.lost;
  }
  void screen.show({ event: "closed", reason: "you left" });
}

/** Whether nobody need come back: the person at the server has had enough, and it is not started again. */
function isOver({ host, signal }: EndingServer): boolean {
  if (host === undefined) return false;
  return !(signal.reason instanceof Interruption) || signal.reason.cause === "SIGINT";
}
