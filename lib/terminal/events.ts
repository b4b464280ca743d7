/** A person, as programs and people know them. */
export interface Person {
  /** The nickname that the room knows them by. */
  readonly nick: string;
  /** The fingerprint of their key. */
  readonly fingerprint: string;
  /** Whether their key was compared, and remembered as verified, on this side. */
  readonly verified: boolean;
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
    /** `HOST:PORT`, with the port that was really taken. */
    readonly address: string;
    /** One's own. */
    readonly fingerprint: string;
    /** The invitation that was asked for. */
    readonly invite?: string;
  }
  | {
    readonly event: "connected";
    readonly peer: Person;
    /** Twelve words that are the same on the other side, if nobody sits in between. */
    readonly safetyWords: string;
    readonly trust: Trust;
    /** What the guest list calls the other side, if it is on it. */
    readonly listedAs?: string;
    /** `AESCBC` or `AESGCM`. */
    readonly cipher: string;
    /** The Noise protocol's whole name. */
    readonly protocol: string;
    /** Where the other side is. */
    readonly address: string;
  }
  | {
    readonly event: "member";
    readonly change: "joined" | "left";
    readonly nick: string;
    readonly fingerprint: string;
    readonly verified: boolean;
  }
  | {
    readonly event: "message";
    /** 32 hexadecimal digits, drawn by the sender. */
    readonly id: string;
    /** Its place in the room's order. */
    readonly seq: number;
    /** When the room took it: ISO 8601, UTC. */
    readonly time: string;
    readonly from: Person;
    readonly text: string;
    readonly private: boolean;
    readonly action: boolean;
  }
  | { readonly event: "delivered"; readonly id: string; readonly seq: number }
  | { readonly event: "verification"; readonly peer: Person; readonly safetyWords: string }
  | {
    readonly event: "invitation";
    /** By which it is revoked. */
    readonly id: string;
    readonly invite: string;
    /** ISO 8601, UTC; `null` if it holds until it is revoked. */
    readonly expires: string | null;
    /** Whether it is for whoever uses it first, and nobody else. */
    readonly singleUse: boolean;
  }
  | {
    readonly event: "notice";
    readonly text: string;
    /** Shown to those as well who want it quiet: an answer that they asked for, or a warning. */
    readonly important?: boolean;
  }
  | { readonly event: "closed"; readonly reason: string }
  | { readonly event: "error"; readonly code: string; readonly message: string };
