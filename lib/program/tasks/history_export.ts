import { isKept } from "../../history/block.ts";
import { BlockStore } from "../../history/block_store.ts";
import type { Database } from "../../storage/database.ts";
import { ExitStatus } from "../../terminal/events/error_event.ts";
import type { ChatEvent } from "../../terminal/events/events.ts";
import { memberEvent } from "../../terminal/events/room_events.ts";
import { writeAll, writeOutput } from "../../terminal/output/output.ts";
import { paintFor } from "../../terminal/sentences/paint.ts";
import { sentence } from "../../terminal/sentences/sentence.ts";
import { dateAndTime } from "../../terminal/text/dates.ts";
import { jsonLine } from "../../terminal/text/json_line.ts";
import { sanitiseText } from "../../terminal/text/sanitise.ts";
import type { StateFolder } from "../../trust/state_folder.ts";
import { VerifiedPeople } from "../../trust/verified_people.ts";
import type { CommonFlags } from "../flags/flags.ts";

/** How much is written at once, in UTF-16 code units. */
const PIECE = 65_536;

/**
 * Prints what was said: as a member would read it, each with its day and time, or as JSON, an object a
 * line.
 *
 * @returns The exit status: not 0 if something is damaged, and was left out.
 */
export async function exportHistory(
  database: Database,
  { json }: CommonFlags,
  folder: StateFolder,
): Promise<number> {
  const people = await VerifiedPeople.open(await folder.store("verified_keys"));
  const style = { paint: paintFor("stdout"), timestamp: dateAndTime };
  const line = (event: ChatEvent, time: number) => {
    if (json) return jsonLine(event);
    // What cannot be shown is told without a time.
    const when = event.event === "message" ? "" : `${dateAndTime(new Date(time))} `;
    return when + (sentence(event, style) ?? "");
  };
  const store = new BlockStore(database);
  let waiting = "";
  let damaged = 0;
  // Read bit by bit, so that a server that writes meanwhile is not kept from emptying its own log.
  for (const block of store.blocks.from(0)) {
    const entries = store.openIfWhole(block);
    if (entries === undefined) damaged += block.count;
    for (const { id, seq, time, from, body } of entries?.filter(isKept) ?? []) {
      const message = { type: "message", id, seq, time, from, body } as const;
      waiting += `${line(memberEvent(message, people.has, true), time)}\n`;
    }
    if (waiting.length > PIECE) {
      await writeOutput(waiting);
      waiting = "";
    }
  }
  await writeOutput(waiting);
  if (damaged === 0) return ExitStatus.fine;
  const what = damaged === 1
    ? "1 message is damaged and was"
    : `${damaged} messages are damaged and were`;
  await writeAll(Deno.stderr, sanitiseText(`${database.path}: ${what} left out\n`));
  return ExitStatus.unexpected;
}
