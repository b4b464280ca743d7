import { isShortEnough } from "../../chat/wire/text.ts";
import { MAX_PAGE_COUNT, MAX_SEARCH_SIZE } from "../../chat/wire/messages.ts";
import { searchWords } from "../../chat/wire/search_words.ts";
import { hex } from "../../crypto/mod.ts";
import { UsageError } from "../../errors.ts";
import type { ChatEvent } from "../../terminal/events/events.ts";
import { countMessages } from "../../terminal/text/count_messages.ts";
import { BackgroundReading, showAll } from "../room/background_reading.ts";
import type { Arguments, CommandContext, Parameter, PromptCommand } from "./command_table.ts";
import {
  HistoryReader,
  type HistoryReaderOptions,
  type HistoryReaderQuery,
} from "../room/history_reader.ts";

/** How many messages are shown at once, if nothing else is asked for. */
const USUAL_COUNT = 20;

const COUNT: Parameter = { name: "COUNT", isOptional: true };
const BEFORE: Parameter = { name: "BEFORE", isForPrograms: true };

/** What the commands work with. */
export interface PastCommandOptions extends HistoryReaderOptions {
  /** Whether a person types here, who goes on where they were, and does not wait for the room. */
  readonly isInteractive: boolean;
  /** Ends what is being read. */
  readonly signal: AbortSignal;
  /** Shows something to the person alone. */
  show(event: ChatEvent): Promise<void>;
}

/** What was said earlier: `/history`, `/search` and `/last`. */
export function pastCommands(options: PastCommandOptions): readonly PromptCommand[] {
  const history = new History(options);
  const search = new Search(options);
  const { isInteractive } = options;
  return [
    {
      name: "/history",
      group: "read",
      parameters: [COUNT, BEFORE],
      help: `show the last ${USUAL_COUNT} messages, or COUNT; then those before them`,
      details: "It asks the server, and adds what only you have seen, as private messages.",
      examples: ["/history", "/history 100"],
      run: (context, given) =>
        isInteractive ? history.goOn(context, given) : answer(options, {}, context, given),
    },
    {
      name: "/search",
      group: "read",
      parameters: [
        { name: "WORDS", isOptional: true, isRest: true },
        { ...COUNT, isForPrograms: true },
        BEFORE,
      ],
      help: "find messages with all these WORDS; then earlier ones",
      details: "It asks the server for all that it has kept. /last looks at what was shown here.",
      examples: ["/search lunch noon", "/search"],
      run(context, given) {
        if (isInteractive) return search.goOn(context, given);
        if (given.words === undefined) {
          throw new UsageError("usage", 'the command "search" needs "words"');
        }
        return answer(options, { words: wordsOf(given.words) }, context, given);
      },
    },
    {
      name: "/last",
      aliases: ["/lastlog"],
      group: "read",
      parameters: [{ name: "TEXT", isOptional: true, isRest: true }],
      help: "show the last messages that you have seen here, or those with TEXT",
      details:
        `It shows ${USUAL_COUNT} of them at most, private ones too, and does not ask the server.`,
      examples: ["/last", "/last noon"],
      run: (context, { text }) => last(options, text?.toLowerCase(), context),
    },
  ];
}

/** Shows what was shown here last, with a text in it if one is given. */
async function last(
  { scrollback, isIgnored, show }: PastCommandOptions,
  text: string | undefined,
  { tell }: CommandContext,
): Promise<void> {
  if (scrollback === undefined) {
    throw new UsageError(
      "usage",
      "your program has had all these messages as events; history and search ask the server",
    );
  }
  const found = scrollback.entries
    .map(({ message }) => message)
    .filter(({ from }) => !isIgnored(from.fingerprint))
    .filter((message) => text === undefined || message.text.toLowerCase().includes(text))
    .slice(-USUAL_COUNT)
    .map((message) => ({ ...message, history: true, ...(text !== undefined && { found: text }) }));
  if (found.length === 0) {
    const without = text === undefined
      ? "nothing has been said here yet"
      : `nothing with “${text}” here`;
    return await tell(`${without}; /history and /search ask the server`);
  }
  await showAll(show, found);
}

/** Answers a program, which says itself where to go on. It has private messages by their events. */
async function answer(
  { scrollback: _, show, ...options }: PastCommandOptions,
  query: HistoryReaderQuery,
  { id }: CommandContext,
  given: Arguments,
): Promise<void> {
  const reader = new HistoryReader(options, { ...query, before: beforeOf(given) });
  const read = await reader.read(countOf(given), options.signal);
  await showAll(show, read);
  const { words, before } = reader;
  await show({
    event: "page",
    count: read.length,
    before,
    ...(words !== undefined && { words }),
    ...(id !== undefined && { id: hex(id) }),
  });
}

/** What was said, page by page. */
class History {
  readonly #options: PastCommandOptions;
  readonly #reading: BackgroundReading;
  #reader: HistoryReader | undefined;
  #count = USUAL_COUNT;

  constructor(options: PastCommandOptions) {
    this.#options = options;
    this.#reading = new BackgroundReading(options);
  }

  /** Shows the last COUNT messages, or those before what was shown last. */
  goOn(context: CommandContext, given: Arguments): Promise<void> {
    if (given.count !== undefined) {
      this.#count = countOf(given);
      this.#reader = undefined;
    }
    const before = this.#reader;
    const isNew = before === undefined || before.isAtBeginning || before.isOutdated;
    const reader = isNew ? new HistoryReader(this.#options) : before;
    this.#reader = reader;
    return this.#reading.begin(reader, this.#count, context, (count) => {
      if (!reader.isAtBeginning) return "/history goes further back";
      if (isNew && count === 0) return "nothing has been said yet";
      return "nothing earlier is kept; /history begins again with the last messages";
    });
  }
}

/** What was found, page by page. */
class Search {
  readonly #options: PastCommandOptions;
  readonly #reading: BackgroundReading;
  #words: string | undefined;
  #reader: HistoryReader | undefined;

  constructor(options: PastCommandOptions) {
    this.#options = options;
    this.#reading = new BackgroundReading(options);
  }

  /** Finds the last messages, or those before what was found last. */
  goOn(context: CommandContext, given: Arguments): Promise<void> {
    const { isConnected } = this.#options.room;
    const words = given.words === undefined ? this.#words : wordsOf(given.words);
    if (words === undefined) throw new UsageError("usage", "write /search WORDS");
    const before = this.#reader;
    const isSame = before !== undefined && !before.isOutdated &&
      words === this.#words && (given.words === undefined || !before.isAtBeginning);
    const reader = isSame ? before : new HistoryReader(this.#options, { words });
    this.#words = words;
    // What is found without a connection has gaps, which going on from there would leave out.
    this.#reader = isConnected ? reader : undefined;
    return this.#reading.begin(reader, USUAL_COUNT, context, (count) => {
      const found = isSame ? "more found" : "found";
      if (count === 0) return `nothing ${found} for “${words}”`;
      const what = `${countMessages(count)} ${found}`;
      return reader.isAtBeginning
        ? `${what}; everything has been searched`
        : `${what}; /search goes further back`;
    });
  }
}

/** @throws {UsageError} If it is not a number of messages that can be asked for. */
function countOf({ count = String(USUAL_COUNT) }: Arguments): number {
  const number = /^[1-9]\d{0,2}$/.test(count) ? Number(count) : Infinity;
  if (number <= MAX_PAGE_COUNT) return number;
  throw new UsageError("usage", `COUNT must be a whole number from 1 to ${MAX_PAGE_COUNT}`);
}

/** @throws {UsageError} If it is not a number that a message can have. */
function beforeOf({ before = "0" }: Arguments): number {
  const number = /^\d{1,16}$/.test(before) ? Number(before) : Infinity;
  if (number <= Number.MAX_SAFE_INTEGER) return number;
  throw new UsageError("usage", "BEFORE must be the number of a message, or 0");
}

/** @throws {UsageError} If there are none, or too many. */
function wordsOf(given: string): string {
  const words = given.replaceAll(/\s+/g, " ").trim();
  if (searchWords(words).length === 0) throw new UsageError("usage", "there are no words");
  if (isShortEnough(words, MAX_SEARCH_SIZE)) return words;
  throw new UsageError("usage", `the words have at most ${MAX_SEARCH_SIZE} bytes together`);
}
