import { type CipherChoice, protocolName } from "../../channel/mod.ts";

/** Which clients are accepted, by what they encrypt with. */
export interface ProtocolRules {
  /** The only cipher that is accepted; both, if there is none. */
  readonly cipher: CipherChoice | undefined;
  /** Whether only clients are accepted that leave out ML-KEM-768. */
  readonly classical: boolean;
}

/** The full Noise names of the protocols that a server accepts, with an invitation and without. */
export function acceptedProtocols({ cipher, classical }: ProtocolRules): readonly string[] {
  const ciphers = cipher === undefined ? ["cbc", "gcm"] as const : [cipher];
  const choices = classical ? [true] : [false, true];
  return ciphers.flatMap((cipher) =>
    choices.flatMap((classical) =>
      [false, true].map((preSharedKey) => protocolName({ cipher, classical, preSharedKey }))
    )
  );
}
