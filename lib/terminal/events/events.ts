import type { Explanation } from "../../explain/mod.ts";

/** A person, as programs and people know them. */
export interface Person {
  /** The nickname that the room knows them by. */
  readonly nick: string;
  /** The fingerprint of their key. */
  readonly fingerprint: string;
  /** Whether their key was compared, and remembered as verified, on this side. */
  readonly verified: boolean;
}

/** A member of the room, as `/who` shows them. */
export interface Occupant extends Person {
  /** Whether they may kick, ban and mute others. */
  readonly operator: boolean;
  /** Whether it is this side itself. */
  readonly you: boolean;
  /** Whether their connection was cut, and they may come back. */
  readonly away: boolean;
}

/** Something that this side asked the room for. */
export interface Asked {
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** With which command: `say`, `msg`, `me`, `nick`, `topic`, or one of an operator's. */
  readonly command: string;
  /** What was to be said; the nickname or topic that was asked for; an operator's reason. */
  readonly text?: string;
  /** For whom alone a message was. */
  readonly to?: Person;
}

/**
 * How the other side's key came to be accepted: met for the first time, known from before (or listed
 * as a guest), or by an invitation.
 */
export type Trust = "new" | "known" | "invited";

/** Something to show. With `--json`, each is one line of standard output. */
export type ChatEvent =
  | {
    readonly event: "listening";
    /** `HOST:PORT`, with the port that was really taken; the first, where there are several. */
    readonly address: string;
    /** All of them. */
    readonly addresses: readonly string[];
    /** This side's own. */
    readonly fingerprint: string;
    /** The invitation that was asked for. */
    readonly invite?: string;
  }
  | {
    readonly event: "connected";
    readonly peer: Person;
    /** This side itself, as the room knows it. */
    readonly you: Person;
    /** Twelve words that are the same on the other side, if nobody sits in between. */
    readonly safetyWords: string;
    readonly trust: Trust;
    /** What the guest list calls the other side, if it is on it. */
    readonly listedAs?: string;
    /** That the person has pasted the right fingerprint of the server, now or on an earlier visit. */
    readonly compared?: true;
    /** `AESCBC` or `AESGCM`. */
    readonly cipher: string;
    /** The Noise protocol's whole name. */
    readonly protocol: string;
    /** Where the other side is. */
    readonly address: string;
    /** Whether the server keeps what is said on its disk. */
    readonly kept: boolean;
  }
  | {
    /** The connection was lost, or an attempt to connect again has failed: there will be another one. */
    readonly event: "reconnecting";
    /** Which attempt since the connection was lost, counted from 1. */
    readonly attempt: number;
    /** After how many milliseconds it is made. */
    readonly delayMs: number;
    /** What went wrong, as a part of a sentence. */
    readonly reason: string;
  }
  | {
    /** There is a connection again, and what was missed has been shown. */
    readonly event: "reconnected";
    /** How many messages were said meanwhile. */
    readonly missed: number;
    /** How many requests of this side were sent again. */
    readonly resent: number;
    /** How many of the messages that were said meanwhile the server does not have any more. */
    readonly gone?: number;
  }
  | {
    readonly event: "member";
    /** `away` and `back`: their connection was cut, and is there again. */
    readonly change: "joined" | "left" | "renamed" | "away" | "back";
    readonly nick: string;
    readonly fingerprint: string;
    readonly verified: boolean;
    /** The name before it was changed. */
    readonly previous?: string;
    /** Why the member was removed, in an operator's words or the room's. */
    readonly reason?: string;
    /** What the member said on leaving by choice, as after `/quit TEXT`. */
    readonly farewell?: string;
  }
  | {
    /** Who is in the room: the answer to `/who`. */
    readonly event: "members";
    readonly members: readonly Occupant[];
  }
  | {
    /** What the room is about: on joining, and whenever it is changed. */
    readonly event: "topic";
    /** Empty if it was cleared. */
    readonly topic: string;
    /** Who set it. */
    readonly by: Person;
    /** When: ISO 8601, UTC. */
    readonly time: string;
  }
  | {
    readonly event: "message";
    /** 32 hexadecimal digits, drawn by the sender. */
    readonly id: string;
    /** Its place in the room's order; 0 for a private one, which has none. */
    readonly seq: number;
    /** When the room took it: ISO 8601, UTC. */
    readonly time: string;
    readonly from: Person;
    readonly text: string;
    /** Whether it was for one person alone: for this side, or for `to`. */
    readonly private: boolean;
    /** For whom it was alone, if this side said it itself. */
    readonly to?: Person;
    /** Whether it says what the sender does, as after `/me`. */
    readonly action: boolean;
    /** Whether it was said before this side came, or is shown once more. */
    readonly history: boolean;
    /** The words that were searched for, if this is what was found. */
    readonly found?: string;
  }
  | {
    /** The end of what `/history` or `/search` has shown. */
    readonly event: "page";
    /** How many messages were shown. */
    readonly count: number;
    /** Before which number to go on; 0 if there is nothing earlier. */
    readonly before: number;
    /** What was searched for, if anything. */
    readonly words?: string;
    /** The id of the command object that asked for it, if it had one. */
    readonly id?: string;
  }
  | {
    /** The room has done what this side asked for, by its `id`. */
    readonly event: "delivered";
    readonly id: string;
    /** A message's place in the room's order; 0 for whatever has none. */
    readonly seq: number;
  }
  | {
    /** The room has not done what this side asked for, and says why. */
    readonly event: "refused";
    readonly id: string;
    readonly reason: string;
  }
  /** It is not known to have arrived, and is not sent again. */
  | {
    readonly event: "undelivered";
    /** Why, as a part of a sentence. */
    readonly reason: string;
    /** Which line of the input it was, counted from 1. */
    readonly line?: number;
  } & Asked
  | {
    /** What was sent, or is to be sent, and is not confirmed: the answer to `/pending`. */
    readonly event: "pending";
    /** Oldest first. */
    readonly messages: readonly Asked[];
  }
  | { readonly event: "verification"; readonly peer: Person; readonly safetyWords: string }
  | {
    readonly event: "invitation";
    /** By which it is revoked. */
    readonly id: string;
    readonly invite: string;
    /** ISO 8601, UTC; `null` if it is valid until it is revoked. */
    readonly expires: string | null;
    /** Whether it is for one guest: the first who uses it. */
    readonly singleUse: boolean;
  }
  | {
    readonly event: "notice";
    readonly text: string;
    /** Shown with `--quiet` as well: an answer that was asked for, or a warning. */
    readonly important?: boolean;
  }
  /** Something that happened on a connection, explained, as `--explain` asks for. */
  | { readonly event: "explain" } & Explanation
  | { readonly event: "closed"; readonly reason: string }
  | {
    readonly event: "error";
    readonly code: string;
    readonly message: string;
    /** The id of the command object that went wrong, if it had one. */
    readonly id?: string;
  };
