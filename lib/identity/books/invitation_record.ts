import { equalConstantTime, X25519_SIZE } from "../../crypto/mod.ts";
import type { UsageError } from "../../errors.ts";
import { decodeBase64, decodeBase64Url, encodeBase64Url } from "../base64.ts";
import { INVITATION_SECRET_SIZE } from "./invitation.ts";
import { contentOf, malformedLine, splitLines } from "./text_lines.ts";

/** An invitation, as the server that made it remembers it. Dates are to the second. */
export interface InvitationRecord {
  /** 8 random hexadecimal digits, by which people name it. They say nothing about the secret. */
  readonly id: string;
  /** 16 random bytes. */
  readonly secret: Uint8Array;
  /** When it was made. */
  readonly created: Date;
  /** When it ends, if it ever does. */
  readonly expires?: Date;
  /** Whether it belongs to the first guest who uses it. */
  readonly singleUse: boolean;
  /** 32 bytes: the public key of the first guest who used a single-use one. */
  readonly usedBy?: Uint8Array;
  /** When it was revoked, if it was. */
  readonly revoked?: Date;
}

/** A line, its end included, and the invitation on it, if there is one. */
interface InvitationLine {
  readonly text: string;
  readonly record: InvitationRecord | undefined;
}

/**
 * The lines of a list of invitations.
 *
 * @param name What the list is called.
 * @throws {UsageError} `bad-file`, with the line, if one cannot be read. It holds nothing of the line.
 */
export function parseInvitationLines(name: string, text: string): InvitationLine[] {
  const places = new Map<string, number>();
  return splitLines(text).map((line, index) => {
    const malformed = (problem: string) => malformedLine(name, index + 1, problem);
    const content = contentOf(line);
    if (/^\s*(?:#|$)/.test(content)) return { text: line, record: undefined };
    const record = parseRecord(content.trim().split(/[ \t]+/), malformed);
    const place = places.get(record.id);
    // Which of the two counts? A wrong guess could let in a guest who is to stay out.
    if (place !== undefined) throw malformed(`it has the same id as line ${place}`);
    places.set(record.id, index + 1);
    return { text: line, record };
  });
}

/** The words that mean something here. */
const KNOWN_WORDS: ReadonlySet<string> = new Set([
  "created",
  "expires",
  "single-use",
  "used-by",
  "revoked",
]);

/** @param malformed Makes the error for a problem, which must not quote any of the words. */
function parseRecord(
  [id = "", secretText = "", ...words]: readonly string[],
  malformed: (problem: string) => UsageError,
): InvitationRecord {
  if (!/^[0-9a-f]{8}$/.test(id)) {
    throw malformed("it does not begin with an id of 8 hexadecimal digits");
  }
  const secret = decodeBase64Url(secretText);
  if (secret?.length !== INVITATION_SECRET_SIZE) {
    throw malformed("the secret is not 16 bytes in base64url");
  }
  const values = new Map<string, string>();
  for (const word of words) {
    const [, name, value] = /^([^=]+)(?:=(.*))?$/.exec(word) ?? [];
    if (name === undefined || (name === "single-use") !== (value === undefined)) {
      throw malformed("only single-use and name=value may follow the secret");
    }
    if (!KNOWN_WORDS.has(name)) continue;
    if (values.has(name)) throw malformed(`it says ${name} twice`);
    values.set(name, value ?? "");
  }
  const date = (name: string): Date | undefined => {
    const value = values.get(name);
    if (value === undefined) return undefined;
    const time = Date.parse(value);
    // Date.parse understands far more, and takes February 30 for March 2.
    if (Number.isNaN(time) || formatDate(time) !== value) {
      throw malformed(`${name} is not a date like 2026-01-31T23:59:59Z`);
    }
    return new Date(time);
  };
  const created = date("created");
  if (created === undefined) throw malformed("it does not say when it was created");
  const expires = date("expires");
  const revoked = date("revoked");
  const usedByText = values.get("used-by");
  const usedBy = usedByText === undefined ? undefined : decodeBase64(usedByText);
  if (usedByText !== undefined && usedBy?.length !== X25519_SIZE) {
    throw malformed(`used-by is not a key of ${X25519_SIZE} bytes in base64`);
  }
  return {
    id,
    secret,
    created,
    ...(expires && { expires }),
    singleUse: values.has("single-use"),
    ...(usedBy && { usedBy }),
    ...(revoked && { revoked }),
  };
}

/** The key to which a single-use invitation belongs, if it was used. */
export function userOf({ singleUse, usedBy }: InvitationRecord): Uint8Array | undefined {
  return singleUse ? usedBy : undefined;
}

/** Whether it is a single-use invitation that belongs to this key. */
export function isUsedBy(record: InvitationRecord, key: Uint8Array): boolean {
  const user = userOf(record);
  return user !== undefined && equalConstantTime(user, key);
}

/** Whether it will belong to the next key that uses it. */
export function isUnused(record: InvitationRecord | undefined): boolean {
  return record !== undefined && record.singleUse && record.usedBy === undefined;
}

/** The line of a new invitation, without its end. */
export function formatInvitationRecord(
  { id, secret, created, expires, singleUse }: InvitationRecord,
): string {
  const words = [id, encodeBase64Url(secret), `created=${formatDate(created.getTime())}`];
  if (expires !== undefined) words.push(`expires=${formatDate(expires.getTime())}`);
  if (singleUse) words.push("single-use");
  return words.join(" ");
}

/** The moment without its milliseconds. */
export function wholeSeconds(time: number): Date {
  return new Date(Math.floor(time / 1000) * 1000);
}

/** ISO 8601 in UTC, to the second. */
export function formatDate(time: number): string {
  return wholeSeconds(time).toISOString().replace(".000Z", "Z");
}
