import { equalConstantTime } from "../crypto/mod.ts";
import { AuthenticationError } from "../errors.ts";
import type { KeyBook, KeyBookEntry } from "../identity/mod.ts";
import { fingerprint } from "../identity/fingerprint.ts";
import { startCommand } from "../program_name.ts";
import { pathFlag } from "../identity/files/plain_text.ts";
import type { Trust } from "../terminal/events/events.ts";
import { today } from "../terminal/text/dates.ts";
import { readTrustAnswer } from "./trust_answer.ts";
import { findKnownHost } from "./known_host_name.ts";
import type { VerifiedPeople } from "./verified_people.ts";

/** What decides whether a server's key is accepted. */
export interface ServerTrustOptions {
  /** By this the server is known, as `knownHostName` gives it. */
  readonly address: string;
  readonly knownHosts: KeyBook;
  /** The flags that name other files than the usual ones, for commands in advice. Default: none. */
  readonly flags?: { readonly home?: string | undefined; readonly knownHosts?: string | undefined };
  readonly people: VerifiedPeople;
  /** The key that an invitation names. */
  readonly invitedBy: Uint8Array | undefined;
  /** Accept an unknown key without asking. */
  readonly acceptNew: boolean;
  /** Accept no unknown key, and do not ask. */
  readonly strict: boolean;
  /** Shows a text and asks a question; `undefined` where nobody can answer. */
  ask(text: string, question: string): Promise<string | undefined>;
}

/** As `ssh` asks. It fits into one row of a narrow window, so that no word of it is cut. */
const QUESTION = "Is it the same (yes/no/[fingerprint])?";

/** What stands behind the date in `known_hosts` where the fingerprint was pasted. */
const COMPARED = "fingerprint compared";

/**
 * Trust on first use, as OpenSSH does it: an unknown server is accepted by a person, a known one by
 * its key, and a changed key never.
 */
export class ServerTrust {
  readonly #options: ServerTrustOptions;
  /** An unknown key, until the person has decided about it. */
  #unknownKey: Uint8Array | undefined;
  #acceptedKey: Uint8Array | undefined;
  #trust: Trust = "new";
  #isCompared = false;

  /** Trust in the server at one address. */
  constructor(options: ServerTrustOptions) {
    this.#options = options;
  }

  /** How the key came to be accepted. */
  get trust(): Trust {
    return this.#trust;
  }

  /**
   * Whether the person has pasted the fingerprint of the accepted key, now or on an earlier visit.
   *
   * That is not counted as verified: a program cannot know whether the text that was pasted came from the
   * server's owner, from the mail that named the address as well, or from this very screen; and verified
   * keys are kept under a person's name, for good, to warn of others with that name. But where it came
   * from the owner, nobody sits in between, and that is said.
   */
  get isCompared(): boolean {
    return this.#isCompared;
  }

  /** Whether the last key that was refused is one that a person may still accept. */
  get isUndecided(): boolean {
    return this.#unknownKey !== undefined;
  }

  /**
   * Whether a server's key is accepted, without asking anybody: meanwhile the server would wait.
   *
   * @throws {AuthenticationError} If it is another key than the known or the invited one, or unknown
   *   where unknown keys are not accepted.
   */
  readonly judge = async (key: Uint8Array): Promise<boolean> => {
    const { address, invitedBy, acceptNew, strict } = this.#options;
    const entries = await this.#entries();
    const [first] = entries;
    const entry = entries.find((entry) => equalConstantTime(entry.key, key));
    const known = entry !== undefined;
    if (invitedBy !== undefined && !equalConstantTime(invitedBy, key)) {
      throw new AuthenticationError(
        "key-changed",
        `the server at ${address} is not the one that the invitation names; ` +
          "there may be a man in the middle, or the server has a new identity: " +
          "ask the person who invited you",
      );
    }
    if (!known && first !== undefined) throw this.#changed(first.key, key);
    if (known || invitedBy !== undefined) {
      this.#trust = invitedBy === undefined ? "known" : "invited";
      this.#isCompared = entry?.note.includes(COMPARED) ?? false;
      return true;
    }
    if (this.#acceptedKey !== undefined) {
      if (equalConstantTime(this.#acceptedKey, key)) return true;
      throw new AuthenticationError(
        "key-changed",
        `the server at ${address} has shown another key than a moment ago; do not trust it`,
      );
    }
    if (strict) throw this.#unknown(key, "--strict refuses it");
    if (acceptNew) return true;
    this.#unknownKey = key;
    return false;
  };

  /**
   * Asks the person whether the key that was refused is right.
   *
   * @throws {AuthenticationError} If it is not, or nobody can answer.
   */
  async decide(): Promise<void> {
    const key = this.#unknownKey;
    if (key === undefined) return;
    this.#unknownKey = undefined;
    const { address, knownHosts, ask } = this.#options;
    const shown = fingerprint(key);
    let text = `The server at ${address} is not known here. Its key has the fingerprint\n` +
      `  ${shown}\n` +
      "Ask the person who runs the server for its fingerprint; you can paste it here.";
    if (knownHosts.isUnsaved) text += "\nYour answer holds until this program ends: saving is off.";
    while (true) {
      const answer = (await ask(text, QUESTION))?.trim();
      if (answer === undefined) {
        throw this.#unknown(
          key,
          "compare it with what the server shows; then run again with --accept-new, or on a " +
            "terminal, or with an invitation",
        );
      }
      const meaning = readTrustAnswer(answer, shown);
      this.#isCompared = meaning === "same";
      if (meaning === "yes" || meaning === "same") break;
      if (meaning === "no") throw this.#unknown(key, "you did not accept it");
      if (meaning === "other") {
        throw this.#unknown(
          key,
          "it is not the fingerprint that you pasted: there may be a man in the middle",
        );
      }
      text = meaning.missing;
    }
    this.#acceptedKey = key;
  }

  /**
   * Remembers the server's key.
   *
   * @throws {AuthenticationError} If another program has met another key here in the meantime.
   */
  async remember(key: Uint8Array): Promise<void> {
    const entries = await this.#entries();
    if (entries.some((entry) => equalConstantTime(entry.key, key))) return;
    const [first] = entries;
    if (first !== undefined) throw this.#changed(first.key, key);
    const note = this.#isCompared ? `${today()} ${COMPARED}` : today();
    await this.#options.knownHosts.add(this.#options.address, key, note);
  }

  /** What is known about this address, however a person wrote it. */
  async #entries(): Promise<readonly KeyBookEntry[]> {
    const { address, knownHosts } = this.#options;
    return await findKnownHost(knownHosts, address);
  }

  #unknown(key: Uint8Array, what: string): AuthenticationError {
    const { address } = this.#options;
    return new AuthenticationError(
      "key-unknown",
      `the key of ${address} is not known here (${fingerprint(key)}); ${what}`,
    );
  }

  #changed(oldKey: Uint8Array, newKey: Uint8Array): AuthenticationError {
    const { address, people, flags } = this.#options;
    const verified = people.history(oldKey);
    const and = verified === undefined ? "" : ` (which you verified as ${verified})`;
    const [before, now] = [fingerprint(oldKey), fingerprint(newKey)];
    return new AuthenticationError(
      "key-changed",
      `THE KEY OF ${address} HAS CHANGED; it was ${before}${and}; it is now ${now}; ` +
        "there may be a man in the middle, or the server has a new identity; nothing was sent; " +
        "ask the person who runs it, in another way, for its fingerprint; " +
        `only if it is the new one, run: ${startCommand("client")} forget ${address}` +
        pathFlag("--home", flags?.home) + pathFlag("--known-hosts", flags?.knownHosts),
    );
  }
}
