import { ProtocolError } from "../../errors.ts";
import type { PastMessage } from "../wire/room_messages.ts";
import { hasWords, searchWords } from "../wire/search_words.ts";
import { decodeBody } from "../wire/wire.ts";
import type { ReadLimits, RoomLog } from "./room_log.ts";

/** Which of the earlier messages to read. */
export interface PastQuery {
  /** Only what stands before this number; 0 for the last messages. */
  readonly before: number;
  /** How many messages, at most: 1 to 200. */
  readonly count: number;
  /** Only texts in which each of these words occurs: at most 256 bytes of UTF-8, not only blanks. */
  readonly words?: string;
}

/** Some of what was said earlier. */
export interface PastPage {
  /** Oldest first. There may be fewer than were asked for, or none, although there are earlier ones. */
  readonly messages: readonly PastMessage[];
  /** Before which number to go on; 0 if there is nothing earlier. */
  readonly before: number;
}

/** How many bytes of bodies a page has, at most; one message fits in any case. */
const MAX_PAGE_SIZE = 196_608;

/** How much of a log is looked through in one go: the others wait for so long. */
const SLICE: ReadLimits = { count: 256, size: 262_144 };

/** How many messages one request looks through. */
const MAX_LOOKED_AT = 4096;

/** How many bytes of bodies one request looks through. */
const MAX_LOOKED_SIZE = 16 * 1024 * 1024;

/** Reads the last messages before a number, as many as fit into a page; or those with some words. */
export function readPast(log: RoomLog, query: PastQuery): Promise<PastPage> {
  const { words, ...rest } = query;
  return words === undefined ? readPage(log, rest) : searchLog(log, { ...rest, words });
}

async function readPage(
  log: RoomLog,
  { before, count }: PastQuery,
): Promise<PastPage> {
  const messages = await log.readBefore(endOf(before), { count, size: MAX_PAGE_SIZE });
  return { messages, before: beforeNext(log, messages[0]?.seq) };
}

/**
 * Finds the last messages before a number (0: the last of all) in whose text each of the words occurs.
 * Looks through 4,096 messages or 16 MiB, and lets other work go on in between.
 *
 * @returns What was found, oldest first, and where to go on.
 */
async function searchLog(
  log: RoomLog,
  { before, count, words }: Required<PastQuery>,
): Promise<PastPage> {
  const wanted = searchWords(words);
  const found: PastMessage[] = [];
  let foundSize = 0;
  let lookedAt = 0;
  let lookedSize = 0;
  /** Everything from here on has been looked at. */
  let end = endOf(before);
  const page = (next: number | undefined): PastPage => ({
    messages: found.reverse(),
    before: beforeNext(log, next),
  });
  while (lookedAt < MAX_LOOKED_AT && lookedSize < MAX_LOOKED_SIZE) {
    await aMoment();
    const slice = await log.readBefore(end, SLICE);
    if (slice.length === 0) return page(undefined);
    for (const message of slice.toReversed()) {
      const size = message.body.length;
      if (says(message, wanted)) {
        if (found.length > 0 && foundSize + size > MAX_PAGE_SIZE) return page(end);
        foundSize += size;
        found.push(message);
      }
      end = message.seq;
      lookedAt++;
      lookedSize += size;
      if (found.length === count) return page(end);
    }
  }
  return page(end);
}

/** What stands before this number is to be read. */
function endOf(before: number): number {
  return before === 0 ? Infinity : before;
}

/** Before which number to go on, if there is anything left to read. */
function beforeNext(log: RoomLog, end: number | undefined): number {
  return end === undefined || end <= log.first ? 0 : end;
}

/** The room passes bodies on unread, so there may be anything in them. */
function says({ body }: PastMessage, words: readonly string[]): boolean {
  try {
    const decoded = decodeBody(body);
    return decoded.type !== "unknown" && hasWords(decoded.text, words);
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}

/** When the last one of those who wait may go on. */
let lastTurn: Promise<void> = Promise.resolve();

/**
 * A turn of the event loop of its own: of many who search at once, each looks through a slice in turn,
 * and everything else has its time in between.
 */
function aMoment(): Promise<void> {
  lastTurn = lastTurn.then(() => new Promise((resolve) => setTimeout(resolve, 0)));
  return lastTurn;
}
