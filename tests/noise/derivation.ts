/**
 * The pattern derivation rules of Noise §18.3: a second way to every pattern, to check the table
 * against.
 *
 * @module
 */
import type { Token } from "../../lib/noise/mod.ts";

type Side = "initiator" | "responder";

const INITIATORS = ["N", "K", "K1", "X", "X1", "I", "I1"];
const RESPONDERS = ["N", "K", "K1", "X", "X1"];

/** The names of all patterns: 3 one-way, 12 fundamental, 23 deferred. */
export const ALL_PATTERNS: readonly string[] = [
  ...["N", "K", "X"],
  ...INITIATORS.flatMap((initiator) => RESPONDERS.map((responder) => initiator + responder)),
];

/** What the rules give for a name. */
export interface DerivedPattern {
  readonly initiatorPreMessage: Token[];
  readonly responderPreMessage: Token[];
  readonly messages: Token[][];
}

/** Derives one of {@linkcode ALL_PATTERNS} from its name. */
export function derivePattern(name: string): DerivedPattern {
  const [, initiator, initiatorDigit, responder = "", responderDigit = ""] =
    /^([NKXI])(1?)(?:([NKX])(1?))?$/.exec(name) ?? [];
  const isOneWay = responder === "";
  const deferred = { se: initiatorDigit === "1", es: responderDigit === "1" };
  // What the other side has of a key: `sent` by one is `received` by the other.
  const sent = {
    initiator: { e: false, s: initiator === "K" },
    responder: { e: false, s: isOneWay || responder === "K" },
  };
  const performed = new Set<Token>();
  const messages: Token[][] = [];

  const rules = (side: Side, skipped: Set<Token>): Token | undefined => {
    const isFirst = messages.length === 0;
    const { e, s } = sent[side];
    // `se` is the initiator's static key with the responder's ephemeral one, on both sides.
    const applies = (token: "ee" | "es" | "se" | "ss") =>
      sent.initiator[token[0] as "e" | "s"] && sent.responder[token[1] as "e" | "s"] &&
      !performed.has(token);
    if (!e) return "e";
    if (applies("ee")) return "ee";
    for (const token of ["se", "es"] as const) {
      if (!applies(token) || skipped.has(token)) continue;
      if (!deferred[token]) return token;
      deferred[token] = false;
      skipped.add(token);
    }
    if (
      side === "initiator" && isFirst && applies("ss") && performed.has("es") &&
      initiatorDigit === ""
    ) return "ss";
    if (s) return undefined;
    if (side === "responder") return responder === "X" ? "s" : undefined;
    if (isFirst) return initiator === "I" || (isOneWay && initiator === "X") ? "s" : undefined;
    return initiator === "X" ? "s" : undefined;
  };

  for (let side: Side = "initiator";; side = side === "initiator" ? "responder" : "initiator") {
    const message: Token[] = [];
    const skipped = new Set<Token>();
    for (let token = rules(side, skipped); token !== undefined; token = rules(side, skipped)) {
      message.push(token);
      if (token === "e" || token === "s") sent[side][token] = true;
      else performed.add(token);
    }
    if (message.length === 0) break;
    messages.push(message);
    if (isOneWay) break;
  }
  return {
    initiatorPreMessage: initiator === "K" ? ["s"] : [],
    responderPreMessage: isOneWay || responder === "K" ? ["s"] : [],
    messages,
  };
}
