import type {
  Member,
  MemberEvent,
  NewRequest,
  Participant,
  PastPage,
  PastQuery,
  Topic,
  UnansweredRequest,
  Visit,
} from "../chat/mod.ts";
import { refusal } from "../chat/wire/refusal.ts";
import type { RoomAccess } from "../conversation/room/room_access.ts";
import { equalConstantTime } from "../crypto/mod.ts";
import { NetworkError, UsageError } from "../errors.ts";
import { quoted } from "../quoted.ts";
import { InputLines } from "./input_lines.ts";
import { AwaitedMembers } from "./reconnect/awaited_members.ts";

/** What a client uses of a connection to a room. */
export type RoomMember = Pick<
  Member,
  "self" | "others" | "topic" | "maxBody" | "welcome" | "readPast" | "visit"
>;

/** Keeps requests over an end of the program. */
export interface RequestKeeper {
  /** Asks for something, which is sent once it is kept. */
  request(request: NewRequest, id?: Uint8Array, line?: number): UnansweredRequest;
  /** Nothing is sent for the time being. */
  stopSending(): void;
}

/**
 * A room as a client has it, over several connections, one after the other: what is asked for while
 * there is none is kept, and sent on the next one.
 */
export class LastingRoom implements RoomAccess {
  /** Which lines of the input have not become messages in the room. */
  readonly lines: InputLines = new InputLines();
  /** Called when something is asked for. */
  onRequest: () => void = () => {};

  readonly #keeper: RequestKeeper | undefined;
  readonly #awaited = new AwaitedMembers();
  #member: RoomMember;
  /** The log that the connection before this one has led to. */
  #log: Uint8Array;
  #isConnected = true;
  #refused = 0;

  /**
   * A room that was just entered.
   *
   * @param keeper Keeps what is asked for over an end of the program, if that is wanted.
   */
  constructor(member: RoomMember, keeper?: RequestKeeper) {
    this.#member = member;
    this.#log = member.welcome.log;
    this.#keeper = keeper;
    member.visit.unanswered.onRefused = ({ request, line }) => {
      if (request.type !== "send") return;
      this.#refused++;
      if (line !== undefined) this.lines.fail(line);
    };
  }

  /** The room is the server's. */
  readonly isHost = false;

  /** What belongs to all connections. */
  get visit(): Visit {
    return this.#member.visit;
  }

  /** This side, by the name that it has now, or had last. */
  get self(): Participant {
    return this.#member.self;
  }

  /** Everybody else who is there, or is away, or was there before the server was restarted. */
  get others(): readonly Participant[] {
    return [...this.#member.others, ...this.#awaited.members];
  }

  /** What the room is about, if anything. */
  get topic(): Topic | undefined {
    return this.#member.topic;
  }

  /** The longest body that the room takes, in bytes. */
  get maxBody(): number {
    return this.#member.maxBody;
  }

  /** Which log the room's numbers belong to: 16 bytes. */
  get log(): Uint8Array {
    return this.visit.position?.log ?? this.#member.welcome.log;
  }

  /** Whether there is a connection to the room at the moment. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** What was sent, or is to be sent, and is not confirmed, oldest first. */
  get pending(): readonly UnansweredRequest[] {
    return this.visit.unanswered.all;
  }

  /** How many messages the room has refused. */
  get refused(): number {
    return this.#refused;
  }

  /** In how many milliseconds somebody has to be told of who did not come back; see `expire`. */
  get nextEnd(): number | undefined {
    return this.#awaited.nextEnd;
  }

  /**
   * Asks the room for something, on this connection or the next one. Resolves when there is space for
   * more.
   *
   * @throws {UsageError} With code `refused`, if there is another request with that id.
   */
  async request(request: NewRequest, id?: Uint8Array, line?: number): Promise<void> {
    if (line !== undefined) this.lines.read(line);
    const { unanswered } = this.visit;
    if (this.#keeper === undefined) unanswered.add(request, { id, line });
    else this.#keeper.request(request, id, line);
    this.onRequest();
    await unanswered.space();
  }

  /**
   * Reads, or searches, what was said earlier.
   *
   * @throws {UsageError} With code `refused`, if the room refuses, whose words are quoted, or there is no
   *   connection to it.
   */
  async readPast(query: PastQuery): Promise<PastPage> {
    if (!this.isConnected) throw refusal(NOT_CONNECTED);
    try {
      return await this.#member.readPast(query);
    } catch (error) {
      if (error instanceof NetworkError) throw refusal(NOT_CONNECTED);
      if (!(error instanceof UsageError) || error.code !== "refused") throw error;
      throw refusal(`the room says: ${quoted(error.message)}`);
    }
  }

  /** The connection is lost. */
  lose(): void {
    this.#log = this.log;
    this.#isConnected = false;
    this.#keeper?.stopSending();
  }

  /** There is another connection; what has changed meanwhile, as the room would have told it. */
  resume(member: RoomMember): readonly MemberEvent[] {
    const before = this.others;
    const { self, topic } = this.#member;
    const { kept, grace } = member.welcome;
    // A log that is not kept ends with its server: the same one means that the server has gone on.
    const hasGoneOn = this.isSameLog(member) && !kept;
    this.#member = member;
    this.#isConnected = true;
    const changes: MemberEvent[] = [
      ...this.#awaited.compare({ before, now: member.others, grace: hasGoneOn ? 0 : grace }),
    ];
    if (member.self.nick !== self.nick) {
      changes.push({ type: "member", change: "renamed", member: member.self, previous: self.nick });
    }
    if (member.topic !== undefined && !isSameTopic(member.topic, topic)) {
      changes.push({ type: "topic", ...member.topic });
    }
    return changes;
  }

  /** Whether a connection leads to the log that the one before has led to. */
  isSameLog({ welcome }: Pick<RoomMember, "welcome">): boolean {
    return equalConstantTime(welcome.log, this.#log);
  }

  /** What to tell of what the room says. */
  hear(event: MemberEvent): readonly MemberEvent[] {
    return event.type === "member" ? this.#awaited.hear(event) : [event];
  }

  /** Those who have not come back in time, as the room would have told it. */
  expire(): readonly MemberEvent[] {
    return this.#awaited.expire();
  }
}

const NOT_CONNECTED = "there is no connection to the server at the moment";

function isSameTopic(one: Topic, other: Topic | undefined): boolean {
  return one.topic === other?.topic && one.time === other.time && one.by.nick === other.by.nick;
}
