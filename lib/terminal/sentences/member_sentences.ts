import { quoted } from "../../quoted.ts";
import type { ChatEvent } from "../events/events.ts";
import { sanitiseLine } from "../text/sanitise.ts";
import type { Span } from "../text/wrap.ts";
import { flow, type Named, nameSpan, type Style } from "./style.ts";

/** A member joins, leaves, or takes another name. */
export type MemberChange = ChatEvent & { readonly event: "member" };

/** How many names one line tells at most; of further people it tells how many there are. */
const NAMES = 5;

/**
 * `alice joined.`, `alice left.`, `alice is now bob.`, `alice left: “bye”` in her own
 * words, or `alice left; the room says: “why”`. A member who is cut off, and
 * may come back, is not worth a line; `/who` tells.
 */
export function memberSentence(member: MemberChange, style: Style): string | undefined {
  const { change, previous, reason, farewell } = member;
  if (change === "away" || change === "back") return undefined;
  if (change === "renamed") {
    const before = nameSpan(member, style, previous ?? "a member");
    return flow([before, notice(" is now ", style), nameSpan(member, style), end(style)], style);
  }
  const name = nameSpan(member, style);
  if (farewell !== undefined && farewell !== "") {
    const words = { text: ` ${sanitiseLine(quoted(farewell))}` };
    return flow([name, notice(" left:", style), words], style);
  }
  if (change === "joined" || reason === undefined) return joinsAndLeavesSentence([member], style);
  if (reason === "") return flow([name, notice(" left.", style)], style);
  // In quotation marks, because these are the words of the room, or of an operator. That they are the
  // room's is said: a member could choose the same words for its own.
  const words = { text: ` ${sanitiseLine(quoted(reason))}` };
  return flow([name, notice(" left; the room says:", style), words], style);
}

/**
 * What has become of those who came or went in a short time, in one line: `alice, bob and 12 others
 * joined; carol left; dave joined and left.`
 *
 * @param changes In order: `joined` and `left` only.
 */
export function joinsAndLeavesSentence(changes: readonly MemberChange[], style: Style): string {
  const groups = groupByOutcome(changes);
  const spans: Span[] = [];
  let names = NAMES;
  groups.forEach(({ outcome, people }, index) => {
    if (index > 0) spans.push(notice("; ", style));
    // Each of the groups that follow tells one name at least.
    const told = Math.min(people.length, names - (groups.length - 1 - index));
    names -= told;
    spans.push(...list(people, told, style), notice(` ${outcome}`, style));
  });
  return flow([...spans, end(style)], style);
}

/** What is told of a member, by what they did first and what they did last. */
const OUTCOMES = {
  "joined joined": "joined",
  "left left": "left",
  "joined left": "joined and left",
  "left joined": "left and rejoined",
} as const;

type Outcome = typeof OUTCOMES[keyof typeof OUTCOMES];

function groupByOutcome(
  changes: readonly MemberChange[],
): { outcome: Outcome; people: readonly Named[] }[] {
  const histories = new Map<string, { first: MemberChange; last: MemberChange }>();
  for (const change of changes) {
    const who = `${change.fingerprint} ${change.nick}`;
    histories.set(who, { first: histories.get(who)?.first ?? change, last: change });
  }
  const ends = [...histories.values()];
  return Object.entries(OUTCOMES)
    .map(([way, outcome]) => ({
      outcome,
      people: ends
        .filter(({ first, last }) => `${first.change} ${last.change}` === way)
        .map(({ last }) => last),
    }))
    .filter(({ people }) => people.length > 0);
}

/** `alice, bob and carol`, or `alice, bob and 12 others`. */
function list(people: readonly Named[], told: number, style: Style): readonly Span[] {
  const names = people.slice(0, told).map((named) => nameSpan(named, style));
  const others = people.length - told;
  if (others > 0) names.push(notice(others === 1 ? "1 other" : `${others} others`, style));
  return names.flatMap((name, index) => {
    if (index === 0) return [name];
    return [notice(index === names.length - 1 ? " and " : ", ", style), name];
  });
}

function notice(text: string, { paint }: Style): Span {
  return { text, paint: paint.notice };
}

function end(style: Style): Span {
  return notice(".", style);
}
