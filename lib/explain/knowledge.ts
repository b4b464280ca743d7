import type { Knowledge } from "./explanation.ts";
import type { HandshakeTraits } from "./token_sentences.ts";

/** What each side knows when a handshake message (0 is the first) has arrived and was accepted. */
export function knowledgeAfter(message: number, traits: HandshakeTraits): Knowledge {
  return message === 0
    ? afterFirst(traits)
    : message === 1
    ? afterSecond(traits)
    : afterThird(traits);
}

/** What each side knows when the protocol's name has been sent. */
export const KNOWN_AFTER_NAME: Knowledge = {
  client: "Which protocol it wants to speak. About the server: only its address.",
  server: "Which protocol the client wants to speak, and its address.",
  eve: "The same: the name is not encrypted. But if anybody changes it, the two sides begin with " +
    "different values of h, and the handshake fails.",
};

/** What each side knows when the two directions have their keys. */
export function knowledgeAtEnd({ isHybrid, hasPreSharedKey }: HandshakeTraits): Knowledge {
  return {
    client: "Both keys, the server's static public key, and that the server owns it.",
    server: "Both keys, the client's static public key, and that the client owns it.",
    eve:
      "That these two addresses have a connection, and from now on how long each record is, when " +
      "it is sent and by which of the two. Neither of the keys; and an attacker who records " +
      "everything and later steals both static private keys cannot compute them either" +
      (isHybrid
        ? ", nor can one who breaks X25519 but not ML-KEM-768."
        : hasPreSharedKey
        ? ". An attacker who can break X25519 one day, and has the invitation's secret, can."
        : ". An attacker who can break X25519 one day can."),
  };
}

function afterFirst({ isHybrid, hasPreSharedKey }: HandshakeTraits): Knowledge {
  const keys = isHybrid ? "two public keys that live" : "a public key that lives";
  const psk = hasPreSharedKey
    ? " The protocol's name says that the client has, or claims to have, an invitation."
    : "";
  return {
    client: `Its own new key ${
      isHybrid ? "pairs" : "pair"
    }. Nothing yet that proves who the server is.`,
    server: `About the client: ${keys} for this connection only. Not who it is.${psk}`,
    eve:
      `The same as the server: ${
        isHybrid ? "public keys are" : "a public key is"
      } visible to all.` +
      (hasPreSharedKey ? " What is encrypted in this message, Eve can decrypt." : ""),
  };
}

function afterSecond({ hasPreSharedKey }: HandshakeTraits): Knowledge {
  return {
    client: "The server's static public key, and that the server owns it: the tag was right. " +
      "Whether it is the key of the intended server is decided now" +
      (hasPreSharedKey ? ": it must be the one in the invitation." : "."),
    server: "It shares a secret with the sender of message 1, but does not know yet who that is.",
    eve: "The server's ephemeral public key, and encrypted bytes. Not the server's static key, " +
      "unless she connects to the server herself.",
  };
}

function afterThird({ hasPreSharedKey }: HandshakeTraits): Knowledge {
  const invited = hasPreSharedKey ? " It also knows that the client has an invitation." : "";
  return {
    client:
      "Everything it needs. Whether the server has accepted message 3, the client learns only " +
      "from the server's first record.",
    server:
      `The client's static public key, and that the client owns it: the tag was right.${invited}`,
    eve: "More encrypted bytes. Not who the client is.",
  };
}
