import {
  CloseCode,
  type CloseInfo,
  decodeRecord,
  MESSAGE_HEADER_SIZE,
  RECORD_HEADER_SIZE,
  RecordType,
} from "../channel/mod.ts";
import { chatSentence } from "./chat_sentences.ts";
import type { Field } from "./explanation.ts";
import { count, field } from "./fields.ts";

/** How many of a record's messages are shown one by one. */
const MAX_MESSAGES = 8;

/** What a record holds, explained. */
export interface RecordExplanation {
  /** What it holds in a few words: `ping`. Empty if there is nothing short to say. */
  readonly summary: string;
  /** The same in sentences. */
  readonly text: readonly string[];
  /** The whole plaintext. */
  readonly fields: readonly Field[];
  /** Whether it only keeps the connection going. */
  readonly isRoutine: boolean;
}

/** Explains what a record holds. */
export function explainRecord(
  plaintext: Uint8Array,
  sender: "client" | "server",
): RecordExplanation {
  try {
    const content = decodeRecord(plaintext);
    switch (content.type) {
      case RecordType.close:
        return close(plaintext, content.info);
      case RecordType.messages:
        return messages(plaintext, content.messages, sender);
      case RecordType.part:
        return part(
          plaintext,
          "part",
          "It holds a part of a message that is too large for one record.",
        );
      case RecordType.lastPart:
        return part(plaintext, "last part", "It holds the last part of a large message.");
    }
  } catch {
    const what = "Its plaintext is malformed, so this side ends the connection.";
    return { summary: "", text: [what], fields: [bytesField(plaintext)], isRoutine: false };
  }
}

/** The names of the close codes (docs/PROTOCOL.md, "Close"). */
export function closeName(code: number): string {
  return Object.entries(CLOSE_NAMES).find(([name]) =>
    CloseCode[name as keyof typeof CloseCode] === code
  )?.[1] ?? "unknown, which counts as done";
}

const CLOSE_NAMES: Readonly<Record<keyof typeof CloseCode, string>> = {
  done: "done",
  full: "full",
  tampered: "tampered",
  malformed: "malformed",
  notAllowed: "not allowed",
  shutdown: "shutdown",
  timeout: "timeout",
  removed: "removed",
  tooSlow: "too slow",
};

function close(plaintext: Uint8Array, { code, reason }: CloseInfo): RecordExplanation {
  const why = reason === "" ? "no reason in words" : `the reason "${reason}"`;
  return {
    summary: "close",
    text: [`It closes this direction: code ${code} (${closeName(code)}), with ${why}.`],
    fields: [
      typeField(plaintext, "Close"),
      field("code", "plaintext", plaintext.subarray(1, 2)),
      ...(plaintext.length > 2 ? [field("reason", "plaintext", plaintext.subarray(2))] : []),
    ],
    isRoutine: false,
  };
}

function messages(
  plaintext: Uint8Array,
  list: readonly Uint8Array[],
  sender: "client" | "server",
): RecordExplanation {
  const sentences = list.slice(0, MAX_MESSAGES).map((message) => chatSentence(message, sender));
  const rest = list.length - sentences.length;
  const known = sentences.filter((sentence) => sentence !== undefined);
  return {
    summary: list.length === 1
      ? known[0]?.split(/[ :]/, 1)[0] ?? ""
      : count(list.length, "message"),
    text: [
      `It holds ${count(list.length, "chat message")}, in CBOR` +
      (known.length === 0 ? "." : `: ${known.join("; ")}`) +
      (rest > 0 ? `; and ${rest} more, not shown here.` : ""),
    ],
    fields: [typeField(plaintext, "Messages"), ...messageFields(plaintext, list)],
    isRoutine: known.length === list.length &&
      known.every((sentence) => sentence === "ping" || sentence === "pong"),
  };
}

function messageFields(plaintext: Uint8Array, list: readonly Uint8Array[]): Field[] {
  const fields: Field[] = [];
  let offset = RECORD_HEADER_SIZE;
  for (const { length } of list.slice(0, MAX_MESSAGES)) {
    const start = offset + MESSAGE_HEADER_SIZE;
    fields.push(
      field("message length", "length", plaintext.subarray(offset, start)),
      field("message", "plaintext", plaintext.subarray(start, start + length)),
    );
    offset = start + length;
  }
  if (offset < plaintext.length) {
    fields.push(field("more messages", "plaintext", plaintext.subarray(offset)));
  }
  return fields;
}

function part(plaintext: Uint8Array, name: string, text: string): RecordExplanation {
  return {
    summary: name,
    text: [text],
    fields: [
      typeField(plaintext, capitalised(name)),
      field(name, "plaintext", plaintext.subarray(RECORD_HEADER_SIZE)),
    ],
    isRoutine: false,
  };
}

function typeField(plaintext: Uint8Array, what: string): Field {
  return field("type", "plaintext", plaintext.subarray(0, RECORD_HEADER_SIZE), `${what}.`);
}

function bytesField(plaintext: Uint8Array): Field {
  return field("plaintext", "plaintext", plaintext);
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
