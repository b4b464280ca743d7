import type { ConnectionTrace, TraceEvent } from "../channel/mod.ts";
import { Pace } from "../chat/mod.ts";
import { Explainer, type Explanation } from "../explain/mod.ts";

/** How many connections are explained at once. */
const MAX_CONNECTIONS = 8;

/** How many handshakes that fail are explained, over all. */
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
  readonly #pace: Pace;
  readonly #running = new Set<ExplainedConnection>();
  #count = 0;
  #failed = 0;
  #leftOut = 0;
  #untold = 0;

  /** For one program. */
  constructor(options: ExplainedConnectionsOptions) {
    this.#options = options;
    const { now } = options;
    this.#pace = new Pace(CONNECTIONS_PER_SECOND, {
      burst: CONNECTION_BURST,
      ...(now && { now }),
    });
  }

  /** Who explains the next connection, if anybody does. */
  next(): ConnectionTrace | undefined {
    const connection = ++this.#count;
    if (this.#running.size >= MAX_CONNECTIONS || this.#pace.take(0) > 0) {
      this.#leaveOut(connection);
      return undefined;
    }
    this.#pace.take(1);
    const { secrets, emit } = this.#options;
    // Once so many have failed, the next ones have to succeed first.
    const isHeldBack = this.#failed >= MAX_FAILED;
    const explained = new ExplainedConnection({
      connection,
      secrets,
      emit,
      isHeldBack,
      onEnded: () => {
        this.#running.delete(explained);
        if (explained.hasSucceeded) return;
        this.#failed++;
        if (isHeldBack) this.#leaveOut(connection);
      },
    });
    this.#running.add(explained);
    return explained;
  }

  /** Ends everything, and tells what was left out. */
  end(): void {
    for (const explained of [...this.#running]) explained.ended();
    if (this.#untold === 0) return;
    this.#omit(this.#count, `${connections(this.#leftOut)} not explained, over all.`);
    this.#untold = 0;
  }

  #leaveOut(connection: number): void {
    this.#untold++;
    if (this.#leftOut++ > 0) return;
    this.#omit(
      connection,
      `Connection ${connection} is not explained: at most ${MAX_CONNECTIONS} are at once, a few ` +
        `each minute, and ${MAX_FAILED} whose handshake fails. Further ones that are left out are ` +
        "counted, and told of at the end.",
    );
  }

  #omit(connection: number, text: string): void {
    this.#options.emit({
      connection,
      kind: "omitted",
      title: "Connections left out",
      text: [text],
      steps: [],
    });
  }
}

interface ExplainedConnectionOptions {
  readonly connection: number;
  readonly secrets: boolean;
  readonly isHeldBack: boolean;
  emit(explanation: Explanation): void;
  onEnded(): void;
}

/** One connection that is explained: perhaps only once its handshake has succeeded. */
class ExplainedConnection implements ConnectionTrace {
  readonly secrets: boolean;
  hasSucceeded = false;
  readonly #options: ExplainedConnectionOptions;
  readonly #explainer: Explainer;
  #held: Explanation[] | undefined;
  #hasEnded = false;

  constructor(options: ExplainedConnectionOptions) {
    this.#options = options;
    this.secrets = options.secrets;
    this.#held = options.isHeldBack ? [] : undefined;
    this.#explainer = new Explainer({
      connection: options.connection,
      secrets: options.secrets,
      emit: (explanation) => {
        if (this.#held === undefined) options.emit(explanation);
        else this.#held.push(explanation);
      },
    });
  }

  event(event: TraceEvent): void {
    this.#explainer.event(event);
    if (event.type !== "handshake" || event.step.kind !== "split") return;
    this.hasSucceeded = true;
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const explanation of held) this.#options.emit(explanation);
  }

  ended(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#held = undefined;
    this.#explainer.end();
    this.#options.onEnded();
  }
}

function connections(count: number): string {
  return count === 1 ? "1 connection was" : `${count} connections were`;
}
