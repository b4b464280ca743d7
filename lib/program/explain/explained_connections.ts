import { type ConnectionTrace, RecordType, type TraceEvent } from "../../channel/mod.ts";
import { Pace } from "../../chat/conduct/pace.ts";
import { Explainer, type Explanation, omitted } from "../../explain/mod.ts";

/** How many connections of guests who were let in are explained at once. */
const MAX_CONNECTIONS = 8;

/** How many more are watched that have not come so far. */
const MAX_WAITING = 256;

/** How many connections are explained from which nobody gets in, over all. */
const MAX_FAILED = 32;

/** About how many connections may be explained in a row, and how many a second after that. */
const CONNECTION_BURST = 32;
const CONNECTIONS_PER_SECOND = 0.1;

/** What connections are explained with. */
export interface ExplainedConnectionsOptions {
  readonly secrets: boolean;
  /** Takes each explanation, at once. It must not throw. */
  emit(explanation: Explanation): void;
  /** Default `performance.now`. */
  now?(): number;
}

/**
 * Gives every connection an explainer, as far as that is wise: strangers cannot fill a screen or a file
 * by connecting again and again. What is left out is told, once when that begins and once at the end.
 */
export class ExplainedConnections {
  readonly #options: ExplainedConnectionsOptions;
  /** How often one is told of that has come in. */
  readonly #pace: Pace;
  /** And how often one of which nobody knows yet whether it will: strangers take no time of guests. */
  readonly #beginnings: Pace;
  readonly #running = new Set<ExplainedConnection>();
  #count = 0;
  #failed = 0;
  #leftOut = 0;
  #untold = 0;

  /** For one program. */
  constructor(options: ExplainedConnectionsOptions) {
    this.#options = options;
    const { now } = options;
    const paceOptions = { burst: CONNECTION_BURST, ...(now && { now }) };
    this.#pace = new Pace(CONNECTIONS_PER_SECOND, paceOptions);
    this.#beginnings = new Pace(CONNECTIONS_PER_SECOND, paceOptions);
  }

  /** What explains the next connection; `undefined` if it is left out. */
  next(): ConnectionTrace | undefined {
    const connection = ++this.#count;
    if (!this.#hasRoom()) {
      this.#leaveOut(connection);
      return undefined;
    }
    // As at the door: an honest guest is in within moments, so the oldest of many makes room.
    const waiting = [...this.#running].filter(({ isIn }) => !isIn);
    waiting.at(-MAX_WAITING)?.giveUp();
    const { secrets, emit } = this.#options;
    const explained = new ExplainedConnection({
      connection,
      secrets,
      emit,
      mayBegin: () => this.#failed < MAX_FAILED && this.#beginnings.tryTake(),
      mayComeIn: () => this.#hasRoom(),
      mayTell: () => this.#pace.tryTake(),
      onEnded: () => {
        this.#running.delete(explained);
        if (explained.isIn) return;
        if (explained.isTold) this.#failed++;
        else if (explained.isMissing) this.#leaveOut(connection);
      },
    });
    this.#running.add(explained);
    return explained;
  }

  /** Ends everything, and tells what was left out. */
  end(): void {
    for (const explained of [...this.#running]) explained.ended();
    if (this.#untold === 0) return;
    this.#omit(this.#count, `${connections(this.#leftOut)} not explained, in total.`);
    this.#untold = 0;
  }

  #hasRoom(): boolean {
    return [...this.#running].filter(({ isIn }) => isIn).length < MAX_CONNECTIONS;
  }

  #leaveOut(connection: number): void {
    this.#untold++;
    if (this.#leftOut++ > 0) return;
    this.#omit(
      connection,
      `Connection ${connection} is not explained: at most ${MAX_CONNECTIONS} are explained at ` +
        `once, a few each minute, and ${MAX_FAILED} that fail. Further ones that are left out are ` +
        "counted, and the number is shown at the end.",
    );
  }

  #omit(connection: number, text: string): void {
    this.#options.emit(omitted(connection, "Connections left out", text));
  }
}

const GIVEN_UP = "The rest of this connection is not explained, so that others can be.";

interface ExplainedConnectionOptions {
  readonly connection: number;
  readonly secrets: boolean;
  emit(explanation: Explanation): void;
  /** Asked when there is something to tell: whether that may be told while nobody is in yet. */
  mayBegin(): boolean;
  /** Asked when the other side is in: whether one more is explained. */
  mayComeIn(): boolean;
  /** Asked then as well, if nothing was told before. */
  mayTell(): boolean;
  onEnded(): void;
}

/** One connection that is explained: at once, or when the other side is in. */
class ExplainedConnection implements ConnectionTrace {
  readonly secrets: boolean;
  /** Whether the other side was let in, and has said something. */
  isIn = false;
  readonly #options: ExplainedConnectionOptions;
  readonly #explainer: Explainer;
  /** What waits to be told; `undefined` once nothing has to wait. */
  #held: Explanation[] | undefined = [];
  #isRefused = false;
  #hasGivenUp = false;
  #hasEnded = false;

  constructor(options: ExplainedConnectionOptions) {
    this.#options = options;
    this.secrets = options.secrets;
    this.#explainer = new Explainer({
      connection: options.connection,
      secrets: options.secrets,
      emit: (explanation) => this.#take(explanation),
    });
  }

  /** Whether something of it was told. */
  get isTold(): boolean {
    return this.#held === undefined;
  }

  /** Whether there was, or may have been, something to tell that was not told. */
  get isMissing(): boolean {
    return this.#hasGivenUp || (this.#held !== undefined && this.#held.length > 0);
  }

  event(event: TraceEvent): void {
    if (this.#hasEnded) return;
    // A guest who may not enter proves to own a key as well, and is told to go. What it says after that
    // is of no interest.
    if (this.#isRefused && event.type === "record" && event.direction === "in") return;
    this.#explainer.event(event);
    if (this.isIn || event.type !== "record") return;
    this.#isRefused ||= event.direction === "out" && event.recordType === RecordType.close;
    if (this.#isRefused || event.direction === "out") return;
    const { mayComeIn, mayTell } = this.#options;
    if (!mayComeIn() || (this.#held !== undefined && !mayTell())) return this.giveUp();
    this.isIn = true;
    this.#release();
  }

  /** Explains it no further, and says so if something of it was told. */
  giveUp(): void {
    const { connection, emit } = this.#options;
    this.#hasGivenUp = true;
    if (this.isTold) emit(omitted(connection, "Not explained any further", GIVEN_UP));
    this.ended();
  }

  ended(): void {
    if (this.#hasEnded) return;
    this.#explainer.end();
    this.#hasEnded = true;
    this.#options.onEnded();
  }

  #take(explanation: Explanation): void {
    if (this.#held === undefined) return this.#options.emit(explanation);
    this.#held.push(explanation);
    if (this.#held.length === 1 && this.#options.mayBegin()) this.#release();
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const explanation of held) this.#options.emit(explanation);
  }
}

function connections(count: number): string {
  return count === 1 ? "1 connection was" : `${count} connections were`;
}
