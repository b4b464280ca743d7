import { configureSync, getLogger, type LogRecord } from "npm:@logtape/logtape@2.4.2";
import type {
  DepartureReason,
  HandshakeResult,
  RoomObserver,
} from "../../chat/room/room_observer.ts";
import type { Participant } from "../../chat/wire/messages.ts";
import { fingerprint } from "../../identity/mod.ts";
import {
  formatEntry,
  literal,
  type LogFormat,
  type LogLevelName,
  type LogProperties,
} from "./log_format.ts";
import { errorEvent } from "../../terminal/events/error_event.ts";

/** Under this name stand all of this program's loggers. */
const ROOT = "x25519-tcp-chat";

/** The period for which lines of one kind are counted, in milliseconds. */
const LIMIT_PERIOD = 10_000;

/** How many lines of one kind somebody may cause in one such period who need not be a member. */
const MAX_STRANGER_LINES = 10;

/** The same for what takes more work: to join, to leave, to be renamed, to make something fail. */
const MAX_MEMBER_LINES = 100;

const HANDSHAKE_LEVELS: Readonly<Record<HandshakeResult, LogLevelName>> = {
  "accepted": "debug",
  "refused": "warning",
  "failed": "warning",
  "timed-out": "warning",
  "turned-away": "warning",
  "hung-up": "info",
};

const DEPARTURE_LEVELS: Readonly<Record<DepartureReason, LogLevelName>> = {
  "left": "info",
  "cut": "info",
  "removed": "info",
  "too-slow": "warning",
  "silent": "info",
  "malformed": "warning",
  "shutdown": "info",
};

/** How a log is kept, and where it goes. */
export interface ServerLogOptions {
  /** How a line is written. */
  readonly format: LogFormat;
  /** What is less serious than this is left out. */
  readonly level: LogLevelName;
  /** Takes one line, with its line break. It must not throw. */
  write(text: string): void;
  /** The clock for limits, in milliseconds. Default `performance.now`. */
  readonly now?: () => number;
}

/** A server's log. */
export interface ServerLog {
  /** Writes down what happens in the room and at its door. */
  readonly observer: RoomObserver;
  /** The server takes connections: a record for each `HOST:PORT`. */
  listening(addresses: readonly string[], fingerprint: string): void;
  /** The server takes no more connections, and its guests are being told. */
  closing(reason: string): void;
  /** The server is done. */
  closed(): void;
  /** Something that whoever runs the server should know, in the program's own words. */
  notice(text: string): void;
  /** Somebody got through the handshake, and still did not get into the room. */
  turnedAway(error: unknown, address: string): void;
  /** Somebody proved a key, and may not enter. */
  refused(fingerprint: string, address: string, why: string): void;
  /** Something failed. At level `debug` and below the record says where. */
  error(error: unknown): void;
}

/**
 * Opens the log of this process. It holds nicknames, fingerprints, addresses and sizes, and never
 * what is said, a key, or an invitation.
 *
 * What others can cause as often as they like, failed handshakes above all, is limited in number, and
 * what was left out is counted: a flood cannot fill a disk. Levels `debug` and `trace` have no limit.
 *
 * There is one log at a time: another one takes the place of the one before.
 */
export function openServerLog(options: ServerLogOptions): ServerLog {
  configureSync({
    reset: true,
    sinks: {
      output: (record) => options.write(`${formatRecord(options.format, record)}\n`),
    },
    loggers: [
      { category: [ROOT], sinks: ["output"], lowestLevel: options.level },
      // What the library says of itself would go to standard output.
      { category: ["logtape", "meta"], sinks: [] },
    ],
  });
  const limits = new LineLimits(options.now ?? (() => performance.now()));
  return {
    observer: roomLog(limits),
    listening(addresses, fingerprint) {
      for (const address of addresses) {
        write("info", "server", "Listening at {address}.", { address, fingerprint });
      }
    },
    closing(reason) {
      limits.tellAll();
      write("info", "server", "Closing", { reason });
    },
    closed() {
      limits.tellAll();
      write("info", "server", "Closed", {});
    },
    notice(text) {
      write("info", "server", literal(text.replaceAll("\n", " ")), {});
    },
    refused(fingerprint, address, reason) {
      limits.admit("warning", "handshake", "refused-key", MAX_STRANGER_LINES, () => {
        write("warning", "handshake", "May not enter", { fingerprint, address, reason });
      });
    },
    turnedAway(error, address) {
      const { code, message } = errorEvent(error);
      limits.admit("warning", "room", `turned-away:${code}`, MAX_STRANGER_LINES, () => {
        write("warning", "room", "Turned away", { code, reason: message, address });
      });
    },
    error(error) {
      const { code, message } = errorEvent(error);
      const isDetailed = getLogger([ROOT, "server"]).isEnabledFor("debug");
      const stack = isDetailed && error instanceof Error ? error.stack : undefined;
      limits.admit("error", "server", code, MAX_MEMBER_LINES, () => {
        write("error", "server", literal(message), { code, ...(stack !== undefined && { stack }) });
      });
    },
  };
}

function formatRecord(format: LogFormat, record: LogRecord): string {
  return formatEntry(format, {
    time: record.timestamp,
    level: record.level,
    category: record.category.slice(1).join("."),
    template: String(record.rawMessage),
    // Under `ROOT` all records come from `write`.
    properties: record.properties as LogProperties,
  });
}

function write(
  level: LogLevelName,
  category: string,
  template: string,
  properties: LogProperties,
): void {
  getLogger([ROOT, category])[level](template, properties);
}

/** The observer that writes down what happens. */
function roomLog(limits: LineLimits): RoomObserver {
  const member = ({ nick, key }: Participant) => ({ nick, fingerprint: fingerprint(key) });
  return {
    handshake(result, milliseconds, address, reason) {
      const level = HANDSHAKE_LEVELS[result];
      const properties = {
        result,
        address,
        milliseconds: rounded(milliseconds),
        ...(reason !== undefined && { reason }),
      };
      const tell = () => write(level, "handshake", "Handshake {result}", properties);
      if (level === "debug") return tell();
      limits.admit(level, "handshake", result, MAX_STRANGER_LINES, tell);
    },
    joined(who, members) {
      limits.admit("info", "room", "joined", MAX_MEMBER_LINES, () => {
        write("info", "room", "{nick} joined", { ...member(who), members });
      });
    },
    left(who, members, reason) {
      const level = DEPARTURE_LEVELS[reason];
      limits.admit(level, "room", `left:${reason}`, MAX_MEMBER_LINES, () => {
        write(level, "room", "{nick} left", { ...member(who), members, reason });
      });
    },
    renamed(who, previous) {
      limits.admit("info", "room", "renamed", MAX_MEMBER_LINES, () => {
        write("info", "room", "{previous} is now {nick}", { previous, ...member(who) });
      });
    },
    message: (kind, size) => write("debug", "room", "Message", { kind, size }),
    fanOut(seats, milliseconds) {
      write("debug", "room", "Fan-out", { seats, milliseconds: rounded(milliseconds) });
    },
    bytes: (direction, count) => write("trace", "room", "Bytes", { direction, count }),
    refused(request) {
      limits.admit("info", "room", "refused", MAX_STRANGER_LINES, () => {
        write("info", "room", "Request refused", { request });
      });
    },
    moderated(action, by, target) {
      const { nick, fingerprint } = member(by);
      write("info", "room", "{by} used {action} on {target}", {
        by: nick,
        action,
        target,
        byFingerprint: fingerprint,
      });
    },
    throttled(who) {
      limits.admit("warning", "room", "throttled", MAX_STRANGER_LINES, () => {
        write("warning", "room", "{nick} says too much at once", member(who));
      });
    },
  };
}

/** Microseconds are as exact as anybody reads. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1_000) / 1_000;
}

/** Lines of one kind, and how many of them there were in the period that is running. */
interface LineCount {
  readonly level: LogLevelName;
  readonly category: string;
  readonly event: string;
  until: number;
  lines: number;
  omitted: number;
}

/** Leaves out lines of which there are too many, and tells how many they were once that is over. */
class LineLimits {
  readonly #now: () => number;
  readonly #counts = new Map<string, LineCount>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Calls `tell`, unless it did so `max` times in this period for the same event. */
  admit(level: LogLevelName, category: string, event: string, max: number, tell: () => void): void {
    const count = this.#count(level, category, event);
    if (this.#now() >= count.until) {
      this.#tellOmitted(count);
      count.until = this.#now() + LIMIT_PERIOD;
      count.lines = 0;
    }
    if (count.lines >= max) {
      count.omitted++;
      return;
    }
    count.lines++;
    tell();
  }

  /** Tells now what was left out so far. */
  tellAll(): void {
    for (const count of this.#counts.values()) this.#tellOmitted(count);
  }

  #count(level: LogLevelName, category: string, event: string): LineCount {
    const key = `${category}:${event}`;
    let count = this.#counts.get(key);
    if (count === undefined) {
      count = { level, category, event, until: -Infinity, lines: 0, omitted: 0 };
      this.#counts.set(key, count);
    }
    return count;
  }

  #tellOmitted(count: LineCount): void {
    if (count.omitted === 0) return;
    const { level, category, event, omitted } = count;
    count.omitted = 0;
    write(level, category, "{omitted} more such lines were left out", { omitted, event });
  }
}
