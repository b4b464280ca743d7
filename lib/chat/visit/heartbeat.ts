/** After so many milliseconds of silence a member is asked whether it is still there. */
export const PING_AFTER = 10_000;

/** After so many milliseconds of silence a member is taken to be gone. */
export const SILENCE_LIMIT = 25_000;

/** A member is late that gives no sign of life for so many milliseconds, although it was asked. */
const LATE_AFTER = 15_000;

/**
 * If more than so many are late at once, it is more likely that a machine has no time to spare, this
 * one or theirs, and they are given longer.
 */
const MAX_LATE = 10;

/** How long, in milliseconds. */
export const PATIENT_LIMIT = 60_000;

/** How often that is looked at, in milliseconds. */
const INTERVAL = 2_500;

/** By how much a look may be late before this program, not the other side, is taken to have slept. */
const OVERSLEPT = 250;

/** A member whose signs of life are watched. Times are by `performance.now`. */
export interface Patient {
  /** When something was heard last. */
  readonly lastIn: number;
  /** When the transport took something last, or was offered it. */
  readonly lastOut: number;
  /** How many bytes wait to be sent. */
  readonly queued: number;
  /** Since when this side listens without a pause; `undefined` while it does not. */
  readonly listeningSince: number | undefined;
  /** Shows the other side that this one lives, and may ask for an answer. */
  beat(): void;
  /** Gives the other side up. */
  giveUp(reason: string): void;
}

/**
 * Finds out which members are gone without a word: nothing is heard of it, or it takes nothing of what it is
 * sent. One timer serves any number.
 */
export class Heartbeat implements Disposable {
  readonly #patients = new Set<Patient>();
  readonly #now: () => number;
  readonly #timer: ReturnType<typeof setInterval>;
  #lookedAt: number;
  #awakeSince: number;

  /**
   * Begins to look.
   *
   * @param now The clock, in milliseconds. Default `performance.now`.
   */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#lookedAt = this.#awakeSince = now();
    this.#timer = setInterval(() => this.look(), INTERVAL);
  }

  /** Watches a member. */
  add(patient: Patient): void {
    this.#patients.add(patient);
  }

  /** Stops watching a member. */
  remove(patient: Patient): void {
    this.#patients.delete(patient);
  }

  /** Looks at everybody. It is called by a timer. */
  look(): void {
    const now = this.#now();
    // A laptop that was shut, or a machine that had no time: others may well have spoken meanwhile.
    if (now - this.#lookedAt > INTERVAL + OVERSLEPT) this.#awakeSince = now;
    this.#lookedAt = now;
    const late: (readonly [patient: Patient, milliseconds: number, reason: string])[] = [];
    for (const patient of this.#patients) {
      const [milliseconds, reason] = this.#absence(patient, now);
      if (milliseconds > LATE_AFTER) late.push([patient, milliseconds, reason]);
      if (milliseconds > PING_AFTER || now - patient.lastOut > PING_AFTER) patient.beat();
    }
    const limit = late.length > MAX_LATE ? PATIENT_LIMIT : SILENCE_LIMIT;
    for (const [patient, milliseconds, reason] of late) {
      if (milliseconds > limit) patient.giveUp(`${reason} for ${limit / 1000} seconds`);
    }
  }

  /** Ends all watching. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#patients.clear();
  }

  /** For how long a member has given no sign of life, and what that sign would have been. */
  #absence(
    { lastIn, lastOut, queued, listeningSince }: Patient,
    now: number,
  ): readonly [milliseconds: number, reason: string] {
    // Pings stand behind what waits: a member that is behind has to read on, and need not answer.
    if (queued > 0) return [now - Math.max(lastOut, this.#awakeSince), "nothing was read"];
    if (listeningSince === undefined) return [0, ""];
    return [now - Math.max(lastIn, listeningSince, this.#awakeSince), "nothing was heard"];
  }
}
