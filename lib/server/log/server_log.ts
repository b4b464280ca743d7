import type {
  DepartureReason,
  DoorObserver,
  HandshakeFailure,
  Participant,
  RoomObserver,
} from "../../chat/mod.ts";
import { fingerprint } from "../../identity/fingerprint.ts";
import { errorEvent } from "../../terminal/events/error_event.ts";
import { isBan } from "../door/turned_away.ts";
import { LineLimits, type WriteLine } from "./line_limits.ts";
import {
  formatEntry,
  literal,
  LOG_LEVELS,
  type LogFormat,
  type LogLevelName,
  type LogProperties,
} from "./log_format.ts";

/** How many lines of one kind a stranger, who need not be a member, may cause in one period. */
const MAX_STRANGER_LINES = 10;

/** The same for what takes more work: to join, to leave, to be renamed, to make something fail. */
const MAX_MEMBER_LINES = 100;

const FAILURE_LEVELS: Readonly<Record<HandshakeFailure, LogLevelName>> = {
  "failed": "warning",
  "timed-out": "warning",
  "turned-away": "warning",
  "hung-up": "info",
};

const DEPARTURE_LEVELS: Readonly<Record<DepartureReason, LogLevelName>> = {
  "left": "info",
  "cut": "info",
  "broke-off": "info",
  "gave-up": "info",
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
  /** Writes down what happens at the door. */
  readonly door: DoorObserver;
  /** Writes down what happens in the room. */
  readonly room: RoomObserver;
  /** The server takes connections: a record for each `HOST:PORT`. */
  listening(addresses: readonly string[], fingerprint: string): void;
  /** The server takes no more connections, and its guests are being told. */
  closing(reason: string): void;
  /** The server is done. */
  closed(): void;
  /** Something that the server's owner should know, in the program's own words. */
  notice(text: string): void;
  /** Something failed. At level `debug` and below the record says where. */
  error(error: unknown): void;
}

/**
 * Opens the log of this process. It holds nicknames, fingerprints, addresses and sizes, and never
 * what is said, a key, or an invitation.
 *
 * What others can cause as often as they like, failed handshakes above all, is limited in number, and
 * what was left out is counted: a flood cannot fill a disk. Levels `debug` and `trace` have no limit.
 */
export function openServerLog(options: ServerLogOptions): ServerLog {
  const { format, level: lowest } = options;
  // A library for this would be most of what a server loads before it says that it listens.
  const isWritten = (level: LogLevelName) =>
    LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(lowest);
  const write: WriteLine = (level, category, template, properties) => {
    if (!isWritten(level)) return;
    const entry = { time: Date.now(), level, category, template, properties };
    options.write(`${formatEntry(format, entry)}\n`);
  };
  const limits = new LineLimits(write, options.now);
  return {
    door: doorLog(limits, write),
    room: roomLog(limits, write),
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
    error(error) {
      const { code, message } = errorEvent(error);
      const stack = isWritten("debug") && error instanceof Error ? error.stack : undefined;
      limits.admit("error", "server", code, MAX_MEMBER_LINES, () => {
        write("error", "server", literal(message), { code, ...(stack !== undefined && { stack }) });
      });
    },
  };
}

/** Writes down what happens at the door. */
function doorLog(limits: LineLimits, write: WriteLine): DoorObserver {
  const tell = (level: LogLevelName, properties: LogProperties & { readonly result: string }) =>
    limits.admit(level, "handshake", properties.result, MAX_STRANGER_LINES, () => {
      write(level, "handshake", "Handshake {result}", properties);
    });
  return {
    handshake(end) {
      const { address } = end;
      const properties = { result: end.result, address, milliseconds: rounded(end.milliseconds) };
      switch (end.result) {
        case "accepted":
          return write("debug", "handshake", "Handshake {result}", properties);
        case "refused":
          // Its line, with the key, is there already.
          return;
        default:
          tell(FAILURE_LEVELS[end.result], { ...properties, ...reasonOf(end.error) });
      }
    },
    refused(key, address, reason) {
      const print = fingerprint(key);
      tell("warning", { result: "refused", address, fingerprint: print, reason });
    },
    turnedAway(error, address) {
      const { code, message } = errorEvent(error);
      // The words of a ban are an operator's, for the guest alone.
      const reason = isBan(error) ? "banned" : message;
      limits.admit("warning", "room", `turned-away:${code}`, MAX_STRANGER_LINES, () => {
        write("warning", "room", "Turned away", { code, reason, address });
      });
    },
  };
}

function reasonOf(error: unknown): { readonly reason?: string } {
  return error instanceof Error ? { reason: error.message } : {};
}

/** Writes down what happens in the room. */
function roomLog(limits: LineLimits, write: WriteLine): RoomObserver {
  const member = ({ nick, key }: Participant) => ({ nick, fingerprint: fingerprint(key) });
  return {
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
    away(who, reason) {
      limits.admit("info", "room", `away:${reason}`, MAX_MEMBER_LINES, () => {
        write("info", "room", "{nick} is away", { ...member(who), reason });
      });
    },
    back(who) {
      limits.admit("info", "room", "back", MAX_MEMBER_LINES, () => {
        write("info", "room", "{nick} is back", member(who));
      });
    },
    logFailed(error) {
      write("error", "room", "Nothing is kept any more", reasonOf(error));
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
        write("warning", "room", "{nick} is throttled", member(who));
      });
    },
  };
}

/** Microseconds are as exact as anybody reads. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1_000) / 1_000;
}
