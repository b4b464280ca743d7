/**
 * Explanations of one connection, made from the worked example of docs/PROTOCOL.md. Run as a program,
 * it writes the page to standard output; with `secrets` as its argument, one that shows them.
 *
 * @module
 */
import { hex } from "../../../lib/crypto/mod.ts";
import type { Explanation, Field, FieldRole, Step } from "../../../lib/explain/explanation.ts";
import { Page } from "../../../lib/explain/page/page.ts";
import { workedExample } from "../../docs/worked_example.ts";

const CBC_IV = 16;
const CBC_TAG = 32;

/** The explanations, in their order, as the client sees them. */
export async function sampleExplanations(secrets: boolean): Promise<Explanation[]> {
  const values = new Map(await workedExample());
  const value = (name: string): Uint8Array => {
    const bytes = values.get(name);
    if (bytes === undefined) throw new Error(`the worked example has no "${name}"`);
    return bytes;
  };
  const field = (label: string, role: FieldRole, bytes: Uint8Array, note?: string): Field => ({
    label,
    role,
    size: bytes.length,
    hex: role === "secret" && !secrets ? null : hex(bytes),
    ...(note !== undefined && { note }),
  });
  const step = (
    name: string,
    text: string,
    parts: Partial<Pick<Step, "wire" | "inside" | "state">>,
  ): Step => ({ name, text, wire: [], inside: [], state: [], ...parts });
  const length = (frame: Uint8Array) =>
    step("length", "Each frame begins with the number of bytes that follow.", {
      wire: [field("length", "length", frame.subarray(0, 4), "Four bytes, the largest first.")],
    });
  const sealed = (bytes: Uint8Array): Field[] => [
    field("IV", "iv", bytes.subarray(0, CBC_IV), "Random, and new for each encryption."),
    field(
      "ciphertext",
      "ciphertext",
      bytes.subarray(CBC_IV, -CBC_TAG),
      "AES-256-CBC of plaintext and padding.",
    ),
    field("tag", "tag", bytes.subarray(-CBC_TAG), "HMAC-SHA-256 over n, IV and ciphertext."),
  ];
  const padding = (size: number) => {
    const bytes = new Uint8Array(16 - size % 16).fill(16 - size % 16);
    return field("padding", "padding", bytes, "Each byte says how many there are (PKCS #7).");
  };
  const h = (label: string) =>
    field("h", "hash", value(label), "The handshake hash, with what was just sent hashed in.");
  const mixed = (message: number, token: string) => [
    field(
      token === "ekem1" ? "KEM shared secret" : `DH ${token}`,
      "secret",
      value(`message ${message}, ${token}: shared secret`),
      "Both sides have it now; it was not sent.",
    ),
    field("ck", "secret", value(`message ${message}, ${token}: ck`), "The next chaining key."),
    field("k", "secret", value(`message ${message}, ${token}: k`), "The next cipher key."),
  ];
  const record = (name: string, direction: "in" | "out", number: number, text: string) => {
    const plaintext = value(`${name}: plaintext`);
    const frame = value(`${name}: frame`);
    const counter = new Uint8Array(8);
    counter[7] = number;
    return {
      connection: 1,
      kind: "record",
      title: `Record ${number} ${direction === "out" ? "to" : "from"} the server`,
      direction,
      text: [text],
      steps: [
        length(frame),
        step("record", "One encrypted record.", {
          wire: sealed(frame.subarray(4)),
          inside: [field("plaintext", "plaintext", plaintext), padding(plaintext.length)],
          state: [field("n", "number", counter, "Both sides count; it is never sent.")],
        }),
      ],
    } satisfies Explanation;
  };

  const name = value("frame 1, client to server: protocol name");
  const first = value("frame 2, client to server: message 1");
  const second = value("frame 3, server to client: message 2");
  const third = value("frame 4, client to server: message 3");
  return [
    {
      connection: 1,
      kind: "protocol",
      title: "The client says which protocol it speaks",
      direction: "out",
      text: [
        "The name says how keys are exchanged, how records are encrypted, and which hash is used.",
      ],
      steps: [
        length(name),
        step("name", "Readable text, in ASCII.", {
          wire: [field("protocol name", "name", name.subarray(4))],
        }),
      ],
    },
    {
      connection: 1,
      kind: "start",
      title: "Both sides begin the handshake hash",
      text: [
        "Before anything else is sent, both sides hash the name of the protocol and a prologue, " +
        "17 bytes that are the same in every connection.",
      ],
      steps: [step("start", "From here on, everything that is sent goes into h.", {
        inside: [field("prologue", "name", value("prologue"))],
        state: [
          field("ck", "hash", value("ck at the start"), "It starts as a public value."),
          field("h", "hash", value("h after the prologue")),
        ],
      })],
    },
    {
      connection: 1,
      kind: "message",
      title: "Handshake message 1: the client’s ephemeral keys",
      direction: "out",
      text: ["The client makes two key pairs for this connection and sends both public keys."],
      steps: [
        length(first),
        step("e", "An X25519 public key that is used for this connection only.", {
          wire: [field("e.public_key", "public key", first.subarray(4, 36))],
          state: [h("message 1, e: h")],
        }),
        step("e1", "An ML-KEM-768 public key, also for this connection only.", {
          wire: [
            field(
              "e1.public_key",
              "public key",
              first.subarray(36),
              "Much longer than an X25519 key: that is the price of resisting quantum computers.",
            ),
          ],
          state: [h("message 1, e1: h")],
        }),
        step("payload", "It is empty, and nothing is encrypted yet.", {
          state: [h("message 1, payload: h")],
        }),
      ],
      knows: {
        client: "Its own private keys, and nothing about the server.",
        server: "That somebody wants to speak; not who.",
        eve: "Both public keys, as everybody on the way does.",
      },
    },
    {
      connection: 1,
      kind: "message",
      title: "Handshake message 2: the server answers",
      direction: "in",
      text: [
        "The server sends its own ephemeral key and a KEM ciphertext. From then on both sides share " +
        "a secret, and the server’s static key is sent encrypted.",
      ],
      steps: [
        length(second),
        step("e", "The server’s X25519 public key for this connection.", {
          wire: [field("e.public_key", "public key", second.subarray(4, 36))],
          state: [h("message 2, e: h")],
        }),
        step(
          "ee",
          "Each side combines its own private ephemeral key with the other’s public one.",
          {
            state: [...mixed(2, "ee"), h("message 2, ee: h")],
          },
        ),
        step("ekem1", "A secret made with the client’s ML-KEM public key, and its ciphertext.", {
          wire: sealed(second.subarray(36, 1188)),
          inside: [field("KEM ciphertext", "kem ciphertext", value("message 2, ekem1: value"))],
          state: [...mixed(2, "ekem1"), h("message 2, ekem1: h")],
        }),
        step("s", "The server’s static public key, encrypted: Eve does not learn it.", {
          wire: sealed(second.subarray(1188, 1284)),
          inside: [field("s.public_key", "public key", value("message 2, s: value")), padding(32)],
          state: [h("message 2, s: h")],
        }),
        step("es", "The client’s ephemeral key with the server’s static key.", {
          state: [...mixed(2, "es"), h("message 2, es: h")],
        }),
        step("payload", "Empty, but its tag proves that the server holds its static private key.", {
          wire: sealed(second.subarray(1284)),
          inside: [field("payload", "plaintext", new Uint8Array(0)), padding(0)],
          state: [h("message 2, payload: h")],
        }),
      ],
      knows: {
        client: "The server’s static public key, and that the server holds the private one.",
        server: "The same shared secrets as the client; still not who the client is.",
        eve:
          "Two more public values. She cannot compute the secrets, and cannot read the static key.",
      },
    },
    {
      connection: 1,
      kind: "message",
      title: "Handshake message 3: the client says who it is",
      direction: "out",
      text: ["The client sends its static public key, encrypted."],
      steps: [
        length(third),
        step("s", "Only the server can read it.", {
          wire: sealed(third.subarray(4, 100)),
          inside: [field("s.public_key", "public key", value("message 3, s: value")), padding(32)],
          state: [h("message 3, s: h")],
        }),
        step("se", "The client’s static key with the server’s ephemeral key.", {
          state: [...mixed(3, "se"), h("message 3, se: h")],
        }),
        step("payload", "Empty again; its tag proves that the client holds its private key.", {
          wire: sealed(third.subarray(100)),
          inside: [field("payload", "plaintext", new Uint8Array(0)), padding(0)],
          state: [h("message 3, payload: h")],
        }),
      ],
    },
    {
      connection: 1,
      kind: "keys",
      title: "Both directions have their keys",
      text: ["The chaining key becomes two keys, one for each direction."],
      steps: [step("split", "The handshake is over.", {
        state: [
          field("k, client to server", "secret", value("k, client to server")),
          field("k, server to client", "secret", value("k, server to client")),
          field("h", "hash", value("handshake hash")),
        ],
      })],
    },
    record(
      "record 0, client to server (hello)",
      "out",
      0,
      "The client introduces itself as alice.",
    ),
    record(
      "record 0, server to client (members, welcome, caught-up)",
      "in",
      0,
      "The server says who is there, and welcomes alice.",
    ),
    record("record 1, client to server (send)", "out", 1, "alice says: hello, bob"),
    record(
      "record 1, server to client (delivered and message)",
      "in",
      1,
      "The server confirms it, and bob says: hello, alice",
    ),
    {
      connection: 1,
      kind: "omitted",
      title: "410 records are left out",
      text: ["They came faster than they could be shown."],
      steps: [],
    },
    {
      connection: 2,
      kind: "failure",
      title: "The connection failed",
      text: ["A record did not decrypt: it was altered, repeated or left out on its way."],
      steps: [],
    },
  ];
}

if (import.meta.main) {
  const secrets = Deno.args.includes("secrets");
  const page = new Page({
    program: "client",
    version: "0.1.0",
    secrets,
    started: new Date(Date.UTC(2026, 0, 1, 12)),
  });
  const cards = (await sampleExplanations(secrets)).map((explanation) => page.add(explanation));
  console.log([page.start(), ...cards, page.end()].join(""));
}
