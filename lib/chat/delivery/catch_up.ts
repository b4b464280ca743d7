import type { RoomLog } from "../log/room_log.ts";
import { Broadcast } from "./broadcast.ts";
import { Bundle } from "./bundle.ts";
import type { History } from "./history.ts";
import type { Seat } from "./seat.ts";

/** How much is read from the log at once. */
const READ_LIMITS = { count: 256, size: 65_536 };

/** What somebody who catches up reads, and where that ends. */
export interface CatchUpOptions {
  /** The number of the last message that the seat has. */
  readonly from: number;
  /** Where they go. */
  readonly seat: Required<Pick<Seat, "deliverAll" | "drained">>;
  /** The log that holds now. */
  log(): RoomLog;
  /** The last messages, encoded already. */
  readonly recent: History;
  /** The number of the last message that was handed on to those who follow. */
  handedOn(): number;
  /** Whether the seat has been given up meanwhile. */
  isGone(): boolean;
  /** Called if so many messages, or a few less, were forgotten before the seat had them. */
  onForgotten(count: number): void;
  /** Called if the log cannot be read: what is missing stays so. */
  onUnreadable(): void;
  /** Called once nothing is missing: from now on the seat follows. */
  onCaughtUp(seq: number): void;
}

/**
 * Gives a seat all messages behind a number, no faster than it takes them, until it has what everybody
 * has. What fits into one go is given at once, so that short absences cost no detour.
 */
export async function catchUp(options: CatchUpOptions): Promise<void> {
  const { seat, log, recent, handedOn, isGone, onForgotten, onCaughtUp } = options;
  // What has been forgotten is given to nobody, even if it is still at hand.
  for (let position = Math.max(options.from, log().first - 1); !isGone();) {
    // The log may forget faster than a slow reader reads, and the welcome could not know.
    const forgotten = Math.min(log().first - 1, handedOn()) - position;
    if (forgotten > 0) {
      onForgotten(forgotten);
      position += forgotten;
    }
    if (position >= handedOn()) return onCaughtUp(handedOn());
    const ready = recent.after(position);
    let hasSpace = true;
    if (ready === undefined) {
      const read = await log().readAfter(position, READ_LIMITS).catch(() => undefined);
      if (isGone()) return;
      if (read === undefined) {
        options.onUnreadable();
        position = handedOn();
        continue;
      }
      // Whoever follows has not been given those yet that the log has just taken.
      const entries = read.filter(({ seq }) => seq <= handedOn());
      hasSpace = seat.deliverAll(
        new Bundle(entries.map((entry) => new Broadcast({ type: "message", ...entry }))),
      );
      position = entries.at(-1)?.seq ?? handedOn();
    } else {
      hasSpace = seat.deliverAll(ready);
      position = handedOn();
    }
    if (!hasSpace && position < handedOn()) await seat.drained();
  }
}
