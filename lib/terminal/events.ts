/** A person, as programs and people know them. */
export interface Person {
  /** The nickname that the room knows them by. */
  readonly nick: string;
  /** The fingerprint of their key. */
  readonly fingerprint: string;
}

/** Something to show. With `--json`, each is one line of standard output. */
export type ChatEvent =
  | {
    readonly event: "listening";
    /** `HOST:PORT`, with the port that was really taken. */
    readonly address: string;
    /** One's own. */
    readonly fingerprint: string;
  }
  | {
    readonly event: "connected";
    readonly peer: Person;
    /** How the other side's key came to be accepted. */
    readonly trust: "new";
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
  | { readonly event: "notice"; readonly text: string }
  | { readonly event: "closed"; readonly reason: string }
  | { readonly event: "error"; readonly code: string; readonly message: string };
