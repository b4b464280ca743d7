import { encodeBase64 } from "../base64.ts";
import type { TextStore } from "../files/text_store.ts";
import { KeyBook, type KeyBookEntry } from "./key_book.ts";

/** How many keys are remembered with one invitation: whoever has a reusable one can make any number. */
const MAX_KEYS_PER_INVITATION = 250;

/** How many in all: while the file changes, it is read for each connection of an unknown key. */
const MAX_KEYS = 1_000;

/** A key that was let in by an invitation. */
export interface InvitedKey {
  /** The id of the invitation. */
  readonly invitation: string;
  /** 32 bytes: an X25519 public key. */
  readonly key: Uint8Array;
  /** The day on which it came first, as `2026-11-30`; empty if that is not known. */
  readonly date: string;
  /** The nickname that it came under first; possibly empty, and not sanitised. */
  readonly nick: string;
}

/**
 * The keys that came by an invitation, and need its line no more: a text with one a line, as in a
 * {@linkcode KeyBook}, `INVITATION x25519 BASE64 DATE NICKNAME`. A line says nothing by itself: it is the
 * invitation that decides whether its keys may enter.
 */
export class InvitedKeys {
  readonly #book: KeyBook;
  /** By the base64 of their keys, as long as the book's entries are these. */
  #byKey: {
    readonly entries: readonly KeyBookEntry[];
    readonly invitations: ReadonlyMap<string, ReadonlySet<string>>;
  } | undefined;

  /** Keys that are kept in a store. */
  constructor(store: TextStore) {
    this.#book = new KeyBook(store);
  }

  /** All of them, in the order of the lines. */
  async all(): Promise<readonly InvitedKey[]> {
    return (await this.#book.entries()).map(({ subject, key, note }) => {
      const [date = "", nick = ""] = note.split(/[ \t]+/);
      return { invitation: subject, key, date, nick };
    });
  }

  /** The ids of the invitations that a key (32 bytes) has come by. */
  async invitationsOf(key: Uint8Array): Promise<ReadonlySet<string>> {
    const entries = await this.#book.entries();
    if (this.#byKey?.entries !== entries) {
      const invitations = new Map<string, Set<string>>();
      for (const { key, subject } of entries) {
        const id = encodeBase64(key);
        invitations.set(id, (invitations.get(id) ?? new Set()).add(subject));
      }
      this.#byKey = { entries, invitations };
    }
    // Keys are public, so it gives nothing away how long it takes to look one up.
    return this.#byKey.invitations.get(encodeBase64(key)) ?? NONE;
  }

  /**
   * Remembers a key.
   *
   * @returns False if there is no room for it: 250 came by this invitation, or 1,000 in all.
   * @throws {RangeError} If the key has not 32 bytes, or a text is not of one word.
   */
  async add({ invitation, key, date, nick }: InvitedKey): Promise<boolean> {
    return await this.#book.add(
      invitation,
      key,
      `${date} ${nick}`.trimEnd(),
      (entries) =>
        entries.length < MAX_KEYS &&
        entries.filter(({ subject }) => subject === invitation).length < MAX_KEYS_PER_INVITATION,
    );
  }

  /** Forgets all that came by one invitation. */
  async forget(invitation: string): Promise<void> {
    await this.#book.remove(invitation);
  }
}

const NONE: ReadonlySet<string> = new Set();
