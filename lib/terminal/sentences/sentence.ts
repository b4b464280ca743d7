import { quoted } from "../../quoted.ts";
import type { ChatEvent } from "../events/events.ts";
import { sanitiseLine, sanitiseText } from "../text/sanitise.ts";
import { explainSentence } from "./explain_sentence.ts";
import { memberSentence } from "./member_sentences.ts";
import { membersTable } from "./members_table.ts";
import { messageSentence } from "./message_sentence.ts";
import { recoverySentence } from "./recovery_sentences.ts";
import { flow, nameSpan, type Style } from "./style.ts";
import { textSpans } from "./text_spans.ts";
import { verificationSentence } from "./verification_sentence.ts";

/** What a person reads when something happens; `undefined` for what only programs need. */
export function sentence(event: ChatEvent, style: Style): string | undefined {
  const { paint } = style;
  switch (event.event) {
    case "listening":
      return flow(
        [{ text: `Listening at ${list(event.addresses)}.`, paint: paint.notice }],
        style,
      ) +
        `\nYour fingerprint is ${paint.fingerprint(event.fingerprint)}`;
    case "connected":
      return connection(event, style);
    case "verification":
      return verificationSentence(event, style);
    case "invitation":
      // The invitation itself is not wrapped, so that it can be copied as one line.
      return flow([{ text: invitationTerms(event), paint: paint.notice }], style) +
        `\n${paint.fingerprint(event.invite)}`;
    case "reconnecting":
    case "reconnected":
    case "undelivered":
    case "pending":
      return recoverySentence(event, style);
    case "member":
      return memberSentence(event, style);
    case "members":
      return membersTable(event.members, style);
    case "topic":
      return topic(event, style);
    case "message":
      return messageSentence(event, style);
    case "notice":
      return sanitiseText(event.text).split("\n")
        .map((text) => flow([{ text, paint: paint.dim }], style)).join("\n");
    case "refused":
      return complaint("The room refused:", sanitiseLine(quoted(event.reason)), style);
    case "closed": {
      const text = `The conversation is over: ${sanitiseLine(event.reason)}.`;
      return flow([{ text, paint: paint.notice }], style);
    }
    case "error":
      // A warning that must be read stands in lines, and its command in one by itself.
      return event.code === "key-changed"
        ? `${paint.error("error:")} ` + sanitiseLine(event.message).replaceAll("; ", ";\n  ")
        : complaint("error:", sanitiseLine(event.message), style);
    case "explain":
      return explainSentence(event, style);
    case "delivered":
    case "page":
      return undefined;
  }
}

/** The line that stands between the messages of one day and those of another. */
export function daySentence(day: string, { paint, plain }: Style): string {
  return paint.dim(plain ? day : `\u2014 ${day} \u2014`);
}

function connection(event: ChatEvent & { readonly event: "connected" }, style: Style): string {
  const { paint } = style;
  // Where nobody sits at the server, its address stands in for a name.
  const isEmpty = event.peer.nick === event.address;
  const where = [
    { text: "Connected to ", paint: paint.notice },
    ...(isEmpty ? [] : [nameSpan(event.peer, style)]),
    { text: `${isEmpty ? "the server" : ""} at ${event.address}.`, paint: paint.notice },
  ];
  return [
    flow(where, style),
    `${isEmpty ? "Its" : "Their"} fingerprint is ${paint.fingerprint(event.peer.fingerprint)}`,
    flow([{ text: isEmpty ? trustInServer(event) : trust(event), paint: paint.dim }], style),
    paint.dim(event.protocol),
  ].join("\n");
}

/** There is nobody to compare words with; but the server's owner can read out its fingerprint. */
function trustInServer(event: ChatEvent & { readonly event: "connected" }): string {
  if (isOwnKey(event)) return trust(event);
  if (event.peer.verified || event.compared || event.trust === "invited") return trust(event);
  const known = event.trust === "known"
    ? "This key is known from an earlier visit."
    : "You have not verified this key.";
  return `${known} Nobody sits at the server: /verify says what to compare with its owner.`;
}

/** What is certain about the other side's key, and what is still open. */
function trust(event: ChatEvent & { readonly event: "connected" }): string {
  const { peer, compared, address, listedAs } = event;
  if (isOwnKey(event)) return "This is your own key.";
  if (peer.verified) return "You have verified this key: nobody sits in between.";
  if (compared) {
    const open = peer.nick === address
      ? "/verify says how to have it verified."
      : "It does not show them who you are: /verify, by voice, does both.";
    return "You compared this fingerprint: if it came from the server's owner, nobody sits in " +
      `between. ${open}`;
  }
  switch (event.trust) {
    case "invited":
      return "Joined by invitation: nobody sits in between, unless somebody else saw or changed the " +
        "invitation. /verify makes sure.";
    case "known":
      if (listedAs !== undefined) {
        const name = sanitiseLine(listedAs);
        return `On the guest list as ${name}: nobody sits in between, if the listed key is theirs. ` +
          "/verify makes sure.";
      }
      return "This key is known. /verify makes sure that nobody sits in between.";
    case "new":
      return "You have not verified this key. /verify makes sure that nobody sits in between.";
  }
}

/** Whether one key is on both sides: then there is nothing to verify. */
function isOwnKey({ peer, you }: ChatEvent & { readonly event: "connected" }): boolean {
  return peer.fingerprint === you.fingerprint;
}

function invitationTerms(event: ChatEvent & { readonly event: "invitation" }): string {
  const whom = event.singleUse ? "for one guest" : "for anyone who has it";
  const until = event.expires === null
    ? "valid until you revoke it"
    : `valid until ${event.expires.slice(0, 16).replace("T", " ")} UTC`;
  return `Invitation ${event.id}, ${whom}, ${until}. Send it privately:`;
}

function topic(event: ChatEvent & { readonly event: "topic" }, style: Style): string {
  const { notice } = style.paint;
  const name = nameSpan(event.by, style);
  if (event.topic === "") {
    return flow([name, { text: " cleared the topic.", paint: notice }], style);
  }
  const text = sanitiseLine(event.topic);
  return flow(
    [name, { text: " set the topic: ", paint: notice }, ...textSpans(text, [], style)],
    style,
  );
}

/**
 * Something that went wrong, in which the first words stand out. Behind the bar it is left to the
 * terminal to wrap: mostly it ends with a command, to be copied.
 */
function complaint(what: string, why: string, style: Style): string {
  const spans = [{ text: what, paint: style.paint.error }, { text: ` ${why}` }];
  return flow(spans, style.hasBars ? { ...style, columns: Infinity } : style);
}

/** `a`, `a and b`, or `a, b and c`. */
function list(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join() : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`;
}
