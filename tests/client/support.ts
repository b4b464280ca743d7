import { CloseCode, type CloseInfo } from "../../lib/channel/mod.ts";
import { type CaughtUp, encodeText, type MemberEvent } from "../../lib/chat/mod.ts";
import type { EndingOptions } from "../../lib/client/ending.ts";
import { Talk, type TalkOptions } from "../../lib/client/talk.ts";
import { key, type RecordingScreen, recordingScreen } from "../support/doubles.ts";

/** For what a test waits for, and for what it knows not to come. */
export const PATIENT = { hasty: 3_600_000, farewell: 3_600_000 };
export const IMPATIENT = { hasty: 1, farewell: 1 };

/** A room's server that does what the test says, and what it was told. */
export class FakeServer {
  /** What this side did to the connection, in order. */
  readonly calls: string[] = [];
  unconfirmed = 0;
  remoteClose: CloseInfo | undefined;
  /** Whether it answers a goodbye with its own. */
  isPolite = true;
  /** Whether a goodbye gets out to it. */
  isReachable = true;
  #controller: ReadableStreamDefaultController<MemberEvent | CaughtUp> | undefined;
  readonly #events = new ReadableStream<MemberEvent | CaughtUp>({
    start: (controller) => void (this.#controller = controller),
  });
  #isOver = false;

  /** The room says something. */
  say(text: string): void {
    const from = { nick: "ada", key: key(1) };
    const id = new Uint8Array(16);
    this.#controller?.enqueue({
      type: "message",
      id,
      seq: 1,
      time: 0,
      from,
      body: encodeText(text),
    });
  }

  /** Nothing is missing any more of what was said before. */
  catchUp(): void {
    this.#controller?.enqueue({ type: "caught-up", seq: 1 });
  }

  goodbye(reason = "", code: number = CloseCode.done): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.remoteClose = { code, reason };
    this.#controller?.close();
  }

  lose(error: Error): void {
    this.#isOver = true;
    this.#controller?.error(error);
  }

  /** The connection to it, as a talk sees it. */
  get connection(): Pick<TalkOptions, "channel" | "member" | "unanswered"> {
    // deno-lint-ignore no-this-alias
    const server = this;
    const end = async (info?: CloseInfo) => {
      server.calls.push(info === undefined ? "end" : `end ${info.code}`);
      if (!server.isReachable) await new Promise<never>(() => {});
      if (server.isPolite) server.goodbye();
    };
    return {
      channel: {
        end,
        abort: () => void server.calls.push("abort"),
        get remoteClose() {
          return server.remoteClose;
        },
      },
      member: {
        async *events() {
          yield* server.#events;
        },
      },
      unanswered: {
        get count() {
          return server.unconfirmed;
        },
        async settled() {
          if (server.unconfirmed > 0) await new Promise<never>(() => {});
        },
      },
    };
  }
}

/** A talk with a {@linkcode FakeServer}, and what can be done to it. */
export interface Stage {
  readonly server: FakeServer;
  readonly screen: RecordingScreen;
  readonly talk: Talk;
  /** What was heard, as texts would be: how many events. */
  readonly heard: (MemberEvent | CaughtUp)[];
  /** What is known when it ends. What is missing then, is for the test to say. */
  readonly ending: EndingOptions & { missing: string | undefined };
  /** Nothing more will be said here. */
  allSaid(): void;
  /** One thing more is asked for. */
  request(): void;
  interrupt(): void;
}

/** Somebody who talks: a person by default. The room has nothing to catch up with. */
export function stage(
  options: { readonly isPerson?: boolean } & Partial<TalkOptions> = {},
): Stage {
  const { isPerson = true, ...others } = options;
  const server = new FakeServer();
  const screen = recordingScreen({ isInteractive: isPerson });
  const saying = Promise.withResolvers<void>();
  const interruption = new AbortController();
  const heard: (MemberEvent | CaughtUp)[] = [];
  const requested = Promise.withResolvers<void>();
  const talk = new Talk({
    ...server.connection,
    screen,
    hear: (event) => Promise.resolve(void heard.push(event)),
    allSaid: saying.promise,
    signal: interruption.signal,
    patience: PATIENT,
    ...others,
  });
  const ending = {
    missing: undefined as string | undefined,
    unconfirmed: {
      giveUp: () => Promise.resolve(ending.missing),
      get count() {
        return server.unconfirmed;
      },
    },
    farewell: "",
    nextRequest: () => requested.promise,
  };
  return {
    server,
    screen,
    talk,
    heard,
    ending,
    allSaid: saying.resolve,
    request: requested.resolve,
    interrupt: () => interruption.abort(),
  };
}
