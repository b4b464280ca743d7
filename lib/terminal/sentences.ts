import stringWidth from "npm:string-width@9.0.0";
import type { ChatEvent } from "./events.ts";
import type { Paint } from "./paint.ts";
import { sanitiseLine, sanitiseText } from "./sanitise.ts";

/** What everybody should know about the fingerprints, until identities are kept. */
export const IDENTITY_NOTICE = "This identity lasts for this run. Read both fingerprints to each " +
  "other,\nover the phone say, to be sure that nobody sits in between.";

/** What a person reads when something happens; `undefined` for what only programs need. */
export function sentence(event: ChatEvent, paint: Paint): string | undefined {
  switch (event.event) {
    case "listening":
      return `${paint.notice(`Listening at ${event.address}.`)}\n` +
        `Your fingerprint is ${paint.fingerprint(event.fingerprint)}`;
    case "connected":
      return `${paint.notice("Connected to")} ${paint.name(sanitiseLine(event.peer.nick))} ` +
        `${paint.notice(`at ${event.address}.`)}\n` +
        `Their fingerprint is ${paint.fingerprint(event.peer.fingerprint)}\n` +
        paint.dim(event.protocol);
    case "member":
      return paint.notice(`${sanitiseLine(event.nick)} ${event.change}.`);
    case "message":
      return message(sanitiseLine(event.from.nick), event.text, paint);
    case "notice":
      return paint.dim(sanitiseText(event.text));
    case "closed":
      return paint.notice(`The conversation is over: ${sanitiseLine(event.reason)}.`);
    case "error":
      return `${paint.error("error:")} ${sanitiseLine(event.message)}`;
    case "delivered":
      return undefined;
  }
}

/** Further lines are set in, so that no text can look as if somebody else had begun to speak. */
function message(nick: string, text: string, paint: Paint): string {
  const indent = " ".repeat(stringWidth(nick) + 2);
  return `${paint.name(nick)}: ${sanitiseText(text).replaceAll("\n", `\n${indent}`)}`;
}
