/**
 * Somebody in a room who says many things through a program that may be killed, and notes what is said.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { ChatEvent } from "../../../../lib/terminal/events/events.ts";
import type { Program } from "../../../support/programs.ts";

/** How many things are on their way at once, at most: so that cuts meet them, all the time. */
const WINDOW = 200;

/** How many are said in one go. */
const BLOCK = 20;

/** Something that was said, and its number. */
export interface Said {
  readonly seq: number;
  readonly text: string;
}

/** What one run of a program has shown. */
interface Run {
  readonly program: Program;
  /** What others have said, as it came; and what it said itself, as it was confirmed. */
  readonly heard: Said[];
  readonly confirmed: Said[];
  /** Whether it was killed: then its last line may be torn. */
  isKilled: boolean;
  /** Whether all that it has shown is known. */
  hasEnded: boolean;
}

/** See above. */
export class Talker {
  /** What it has to say, and the ids of that. */
  readonly texts: readonly string[];
  readonly runs: Run[] = [];
  readonly #ids: readonly string[];
  readonly #numbers = new Map<string, number>();
  readonly #isConfirmed = new Set<number>();
  readonly #start: () => Program;
  readonly #onProgress: () => void;
  #changed = Promise.withResolvers<void>();
  /** What went wrong. */
  readonly failures: string[] = [];
  /** How often it came back, how much it had missed, and how much it said again. */
  readonly returns = { count: 0, missed: 0, resent: 0 };

  /**
   * Somebody who has not come yet.
   *
   * @param number From 0 to 9, another one for each.
   * @param start Starts the program.
   * @param onProgress Called with each event.
   */
  constructor(
    readonly number: number,
    count: number,
    start: () => Program,
    onProgress: () => void,
  ) {
    this.texts = Array.from({ length: count }, (_, index) => `${number}: ${index + 1}`);
    this.#ids = this.texts.map((_, index) => `${number}`.repeat(8) + hex(index));
    for (const [index, id] of this.#ids.entries()) this.#numbers.set(id, index);
    this.#start = start;
    this.#onProgress = onProgress;
  }

  /** The program that runs now. */
  get program(): Program {
    const program = this.runs.at(-1)?.program;
    assert.ok(program !== undefined, "it has not come");
    return program;
  }

  /** How many of the things that it has to say are confirmed. */
  get confirmed(): number {
    return this.#isConfirmed.size;
  }

  /** How many things the program that runs now has shown. */
  get shown(): number {
    const run = this.runs.at(-1);
    return run === undefined ? 0 : run.heard.length + run.confirmed.length;
  }

  /** Starts the program, and waits until it has its place. */
  async come(): Promise<void> {
    const program = this.#start();
    const state = { isKilled: false, hasEnded: false };
    const run: Run = { program, heard: [], confirmed: [], ...state };
    this.runs.push(run);
    // It holds for none: so each line is looked at once, as it comes.
    void program.stdout.find((line) => {
      this.#read(run, line);
      return false;
    }).then(() => {
      run.hasEnded = true;
      this.#change();
    });
    await program.waitForEvent("members");
  }

  /**
   * Says everything that is not confirmed, in its order, until that is confirmed, or the program ends.
   * What an earlier run has said is said again by the same id: the program may have lost it.
   */
  async talk(): Promise<void> {
    const run = this.runs.at(-1);
    assert.ok(run !== undefined);
    const open = this.#ids.flatMap((_, index) => this.#isConfirmed.has(index) ? [] : index);
    const before = this.confirmed;
    for (let at = 0; at < open.length; at += BLOCK) {
      const lines = open.slice(at, at + BLOCK).map((index) =>
        JSON.stringify({ command: "say", text: this.texts[index], id: this.#ids[index] }) + "\n"
      );
      try {
        await run.program.write(lines.join(""));
      } catch {
        return;
      }
      const enough = before + at + lines.length - WINDOW;
      while (this.confirmed < enough && !run.hasEnded) await this.#changed.promise;
    }
  }

  /** Kills the program. */
  async kill(): Promise<void> {
    const run = this.runs.at(-1);
    if (run === undefined) return;
    run.isKilled = true;
    run.program.signal("SIGKILL");
    await run.program.exited;
    await run.program.stdout.ended;
  }

  /** Ends the input; the exit status. */
  async leave(): Promise<number> {
    await this.program.closeStdin();
    return await this.program.status;
  }

  /** What the only program was shown, and said, in the order of the room. */
  transcript(): Said[] {
    const [run, ...others] = this.runs;
    assert.ok(run !== undefined && others.length === 0, "one program has run");
    return inOrder([...run.heard, ...run.confirmed]);
  }

  #read(run: Run, line: string): void {
    let event: ChatEvent;
    try {
      event = JSON.parse(line);
    } catch {
      if (!run.isKilled) this.failures.push(`no event: ${line}`);
      return;
    }
    this.#note(run, event);
    this.#change();
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
    this.#onProgress();
  }

  #note(run: Run, event: ChatEvent): void {
    switch (event.event) {
      case "message":
        run.heard.push({ seq: event.seq, text: event.text });
        break;
      case "delivered": {
        const index = this.#numbers.get(event.id);
        if (index === undefined) this.failures.push(`confirmed what was not said: ${event.id}`);
        else {
          const text = this.texts[index];
          // What an outbox sends, and is said again before that is answered, may be confirmed twice.
          const isRepeated = run.confirmed.some((said) => said.text === text);
          if (!isRepeated) run.confirmed.push({ seq: event.seq, text });
          this.#isConfirmed.add(index);
        }
        break;
      }
      case "reconnected":
        this.returns.count++;
        this.returns.missed += event.missed;
        this.returns.resent += event.resent;
        if (event.gone !== undefined) this.failures.push(`${event.gone} messages are gone`);
        break;
      case "refused":
      case "undelivered":
      case "error":
        this.failures.push(JSON.stringify(event));
    }
  }
}

/** Sorted by number, and nothing taken away. */
export function inOrder(said: readonly Said[]): Said[] {
  return said.toSorted((one, other) => one.seq - other.seq);
}

/** 24 digits. */
function hex(number: number): string {
  return number.toString(16).padStart(24, "0");
}
