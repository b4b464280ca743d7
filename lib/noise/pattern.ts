import { UsageError } from "../errors.ts";

/** One step of a handshake message (Noise §7.1; `e1` and `ekem1` are the `hfs` extension's). */
export type Token = "e" | "s" | "ee" | "es" | "se" | "ss" | "psk" | "e1" | "ekem1";

/** A handshake pattern (Noise §7). */
export interface HandshakePattern {
  /** The name with its modifiers, as it stands in a protocol name: `XXhfs+psk3`. */
  readonly name: string;
  /** What the responder knows of the initiator before the first message. */
  readonly initiatorPreMessage: readonly Token[];
  /** What the initiator knows of the responder before the first message. */
  readonly responderPreMessage: readonly Token[];
  /** The messages' tokens; the initiator writes the first, then they take turns. */
  readonly messages: readonly (readonly Token[])[];
}

/** The initiator's pre-message, the responder's pre-message, and then the messages. */
type PatternLine = readonly [
  initiator: string,
  responder: string,
  first: string,
  ...others: string[],
];

/**
 * The patterns of Noise revision 34: the one-way ones (§7.4), the fundamental ones (§7.5) and the
 * deferred ones (§18.1).
 */
const PATTERNS: ReadonlyMap<string, PatternLine> = new Map(Object.entries<PatternLine>({
  N: ["", "s", "e es"],
  K: ["s", "s", "e es ss"],
  X: ["", "s", "e es s ss"],

  NN: ["", "", "e", "e ee"],
  NK: ["", "s", "e es", "e ee"],
  NX: ["", "", "e", "e ee s es"],
  KN: ["s", "", "e", "e ee se"],
  KK: ["s", "s", "e es ss", "e ee se"],
  KX: ["s", "", "e", "e ee se s es"],
  XN: ["", "", "e", "e ee", "s se"],
  XK: ["", "s", "e es", "e ee", "s se"],
  XX: ["", "", "e", "e ee s es", "s se"],
  IN: ["", "", "e s", "e ee se"],
  IK: ["", "s", "e es s ss", "e ee se"],
  IX: ["", "", "e s", "e ee se s es"],

  NK1: ["", "s", "e", "e ee es"],
  NX1: ["", "", "e", "e ee s", "es"],
  X1N: ["", "", "e", "e ee", "s", "se"],
  X1K: ["", "s", "e es", "e ee", "s", "se"],
  XK1: ["", "s", "e", "e ee es", "s se"],
  X1K1: ["", "s", "e", "e ee es", "s", "se"],
  X1X: ["", "", "e", "e ee s es", "s", "se"],
  XX1: ["", "", "e", "e ee s", "es s se"],
  X1X1: ["", "", "e", "e ee s", "es s", "se"],
  K1N: ["s", "", "e", "e ee", "se"],
  K1K: ["s", "s", "e es", "e ee", "se"],
  KK1: ["s", "s", "e", "e ee se es"],
  K1K1: ["s", "s", "e", "e ee es", "se"],
  K1X: ["s", "", "e", "e ee s es", "se"],
  KX1: ["s", "", "e", "e ee se s", "es"],
  K1X1: ["s", "", "e", "e ee s", "se es"],
  I1N: ["", "", "e s", "e ee", "se"],
  I1K: ["", "s", "e es s", "e ee", "se"],
  IK1: ["", "s", "e s", "e ee se es"],
  I1K1: ["", "s", "e s", "e ee es", "se"],
  I1X: ["", "", "e s", "e ee s es", "se"],
  IX1: ["", "", "e s", "e ee se s", "es"],
  I1X1: ["", "", "e s", "e ee s", "se es"],
}));

/** The messages of a pattern; each has one at least. */
type Messages = [first: Token[], ...others: Token[][]];

/**
 * The pattern behind a name such as `XX`, `NKpsk0` or `XXhfs+psk3`.
 *
 * @throws {UsageError} If the pattern or a modifier is unknown, does not fit the pattern, or stands
 *   there twice.
 */
export function parsePattern(name: string): HandshakePattern {
  const [, base = "", modifiers = ""] = /^([A-Z][A-Z0-9]*)(.*)$/.exec(name) ?? [];
  const line = PATTERNS.get(base);
  if (line === undefined) throw unknown(name);

  const [initiator, responder, first, ...others] = line;
  const messages: Messages = [tokens(first), ...others.map(tokens)];
  const list = modifiers === "" ? [] : modifiers.split("+");
  if (new Set(list).size !== list.length) throw unknown(name);
  for (const modifier of list) {
    if (modifier === "hfs") applyHfs(name, messages);
    else applyPsk(name, modifier, messages);
  }
  return {
    name,
    initiatorPreMessage: tokens(initiator),
    responderPreMessage: tokens(responder),
    messages,
  };
}

/** Noise §9.4: `psk0` stands before the first message's tokens, `pskN` after those of message N. */
function applyPsk(name: string, modifier: string, messages: Messages): void {
  const [, digits] = /^psk(0|[1-9][0-9]?)$/.exec(modifier) ?? [];
  const position = Number(digits);
  const message = position === 0 ? messages[0] : messages[position - 1];
  if (message === undefined) throw unknown(name);
  if (position === 0) message.unshift("psk");
  else message.push("psk");
}

/**
 * The hybrid extension (hfs §5): the initiator's KEM public key (`e1`) follows its first ephemeral
 * key, or the first DH of the same message where there is one, so that the key is encrypted; the
 * responder's ciphertext (`ekem1`) follows right after `ee`.
 */
function applyHfs(name: string, messages: Messages): void {
  const [first] = messages;
  const withBoth = messages.find((message) => message.includes("ee"));
  if (withBoth === undefined) throw unknown(name);
  const firstDh = first.indexOf("es");
  first.splice((firstDh < 0 ? first.indexOf("e") : firstDh) + 1, 0, "e1");
  withBoth.splice(withBoth.indexOf("ee") + 1, 0, "ekem1");
}

function tokens(text: string): Token[] {
  return text === "" ? [] : text.split(" ") as Token[];
}

function unknown(name: string): UsageError {
  return new UsageError("usage", `unknown Noise handshake pattern: ${name}`);
}
