import type { Asked, ChatEvent } from "../events/events.ts";
import { countMessages } from "../text/count_messages.ts";
import { sanitiseLine } from "../text/sanitise.ts";
import { type Span, wrapSpans } from "../text/wrap.ts";
import { flow, INDENT, marginsOf, nameSpan, type Style } from "./style.ts";

/** What happens to a connection that is lost, and to what was said over it. */
export type Recovery = ChatEvent & {
  readonly event: "reconnecting" | "reconnected" | "undelivered" | "pending";
};

/** How many characters are shown of a text that is not confirmed: so many tell which one it is. */
const MAX_CHARACTERS = 60;

/** How many of them are shown. */
const MAX_ROWS = 50;

/** What a person reads of it; `undefined` for an attempt to connect that follows another. */
export function recoverySentence(event: Recovery, style: Style): string | undefined {
  switch (event.event) {
    case "reconnecting":
      return event.attempt === 1
        ? notice(`Connection lost (${sanitiseLine(event.reason)}); reconnecting …`, style)
        : undefined;
    case "reconnected":
      return notice(reconnected(event), style);
    case "undelivered":
      return undelivered(event, style);
    case "pending":
      return pending(event.messages, style);
  }
}

function reconnected({ missed, resent, gone = 0 }: Recovery & { event: "reconnected" }): string {
  const facts = [
    ...(missed > 0 ? [`${countMessages(missed)} meanwhile`] : []),
    ...(gone > 0 ? [`${missed > 0 ? `${gone} more` : countMessages(gone)} gone for good`] : []),
    ...(resent > 0 ? [`${resent} of yours sent again`] : []),
  ];
  return facts.length === 0 ? "Connected again." : `Connected again: ${facts.join(", ")}.`;
}

function undelivered(event: Recovery & { event: "undelivered" }, style: Style): string {
  const line = event.line === undefined ? "" : ` (line ${event.line})`;
  const reason = `${style.plain ? ": " : " — "}${sanitiseLine(event.reason)}`;
  return flow([
    { text: `Not delivered${line}:`, paint: style.paint.error },
    { text: " " },
    ...askedSpans(event, style),
    { text: reason },
  ], style);
}

function pending(asked: readonly Asked[], style: Style): string {
  if (asked.length === 0) return notice("Everything you sent is confirmed.", style);
  const rows = asked.slice(0, MAX_ROWS).map((one) =>
    wrapSpans(askedSpans(one, style), {
      ...marginsOf(style),
      first: INDENT,
      indent: 2 * INDENT,
    })
  );
  const others = asked.length - rows.length;
  return [
    notice(`${countMessages(asked.length)} not confirmed yet:`, style),
    ...rows,
    ...(others > 0 ? [`  … and ${others === 1 ? "1 other" : `${others} others`}`] : []),
  ].join("\n");
}

/** Which one it is: `“text”`, `“text” to bob`, `/nick carol`. */
function askedSpans({ command, text, to }: Asked, style: Style): readonly Span[] {
  const words = shortened(text ?? "");
  if (command !== "say" && command !== "msg") return [{ text: `/${command} ${words}`.trimEnd() }];
  return [
    { text: text === undefined ? "a message" : `“${words}”` },
    ...(to === undefined ? [] : [{ text: " to " }, nameSpan(to, style)]),
  ];
}

function shortened(text: string): string {
  // Twice as many code units hold the characters, and a text may have 65,536.
  const characters = Array.from(text.slice(0, 2 * MAX_CHARACTERS + 2));
  return characters.length <= MAX_CHARACTERS
    ? sanitiseLine(text)
    : `${sanitiseLine(characters.slice(0, MAX_CHARACTERS).join(""))}…`;
}

function notice(text: string, style: Style): string {
  return flow([{ text, paint: style.paint.notice }], style);
}
