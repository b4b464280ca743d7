import { parsePattern, parseProtocolName } from "../../noise/mod.ts";

/** The cipher functions that a client can choose. */
export type CipherChoice = "cbc" | "gcm";

/** What both sides mix into the handshake before its first message (Noise §6). */
export const PROLOGUE: Uint8Array = new TextEncoder().encode("X25519-TCP-Chat/1");

/** The longest protocol name that is read from a stranger, in bytes. */
export const MAX_PROTOCOL_NAME_SIZE = 255;

/** The largest handshake message that is read from a stranger, in bytes. */
export const MAX_HANDSHAKE_MESSAGE_SIZE = 4096;

/** What the client wants of a connection. */
export interface ProtocolChoice {
  /** Default `cbc`. */
  readonly cipher?: CipherChoice | undefined;
  /** Leave ML-KEM out. Default false. */
  readonly classical?: boolean;
  /** Whether both sides share a secret beforehand. Default false. */
  readonly preSharedKey?: boolean;
}

/** The protocol name for a choice, as Noise §8 writes it. */
export function protocolName(choice: ProtocolChoice = {}): string {
  const modifiers = [
    ...(choice.classical ? [] : ["hfs"]),
    ...(choice.preSharedKey ? ["psk3"] : []),
  ];
  const dh = choice.classical ? "25519" : "25519+MLKEM768";
  const cipher = choice.cipher === "gcm" ? "AESGCM" : "AESCBC";
  return `Noise_XX${modifiers.join("+")}_${dh}_${cipher}_SHA256`;
}

/** The four names that a server speaks with, or without, a pre-shared key. */
export function supportedProtocols(preSharedKey: boolean): readonly string[] {
  return [false, true].flatMap((classical) =>
    (["cbc", "gcm"] as const).map((cipher) => protocolName({ cipher, classical, preSharedKey }))
  );
}

/** Whether a protocol mixes a pre-shared key in. */
export function usesPreSharedKey(name: string): boolean {
  return parsePattern(parseProtocolName(name).pattern).messages.flat().includes("psk");
}
