/**
 * What the tests of explanations share: a real connection over TCP that is explained on both sides,
 * and the bytes that crossed it, recorded by a relay in between.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import {
  acceptAnyone,
  connectSecure,
  listenSecure,
  type RekeyLimits,
  type SecureChannel,
  type TraceEvent,
} from "../../lib/channel/mod.ts";
import { generateX25519KeyPair } from "../../lib/crypto/mod.ts";
import { Explainer, type Explanation, type Field } from "../../lib/explain/mod.ts";

export const CLIENT_KEYS = await generateX25519KeyPair();
export const SERVER_KEYS = await generateX25519KeyPair();
export const PRE_SHARED_KEY = crypto.getRandomValues(new Uint8Array(32));

/** The two ends of a connection. */
export type End = "client" | "server";

/** What was explained at one end. */
export interface Explained {
  /** With secrets. */
  readonly shown: Explanation[];
  /** The same connection, without. */
  readonly masked: Explanation[];
}

/** A connection that is over. */
export interface ExplainedConnection extends Record<End, Explained> {
  /** The bytes that each end sent. */
  readonly wire: Readonly<Record<End, Uint8Array>>;
}

/** Bytes, joined. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((size, { length }) => size + length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** All fields of an explanation. */
export function fieldsOf({ steps }: Explanation): Field[] {
  return steps.flatMap(({ wire, inside, state }) => [...wire, ...inside, ...state]);
}

/** The bytes of a field; `undefined` for a masked secret. */
export function bytesOf({ hex }: Field): Uint8Array | undefined {
  return hex === null ? undefined : Uint8Array.from(Buffer.from(hex, "hex"));
}

/** The bytes that an explanation says crossed the wire. */
export function wireOf({ steps }: Explanation): Uint8Array {
  return join(
    steps.flatMap(({ wire }) => wire.map((field) => bytesOf(field) ?? new Uint8Array(0))),
  );
}

/** Two explainers that watch one connection: one shows secrets, the other masks them. */
export function twoExplainers(explained: Explained) {
  const shown = new Explainer({
    connection: 1,
    secrets: true,
    emit: (explanation) => explained.shown.push(explanation),
  });
  const masked = new Explainer({
    connection: 1,
    secrets: false,
    emit: (explanation) => explained.masked.push(explanation),
  });
  return {
    secrets: true,
    event(event: TraceEvent): void {
      shown.event(event);
      masked.event(event);
    },
  };
}

/** Makes a connection with a protocol, lets the two ends talk, and waits until all is over. */
export async function explainConnection(
  protocol: string,
  talk: (client: SecureChannel, server: SecureChannel) => Promise<void>,
  rekeyLimits?: RekeyLimits,
): Promise<ExplainedConnection> {
  const client: Explained = { shown: [], masked: [] };
  const server: Explained = { shown: [], masked: [] };
  const common = {
    ...(protocol.includes("psk3") && { preSharedKey: PRE_SHARED_KEY }),
    ...(rekeyLimits && { rekeyLimits }),
  };
  using listener = listenSecure({
    acceptPeer: acceptAnyone,
    hostname: "127.0.0.1",
    port: 0,
    staticKeyPair: SERVER_KEYS,
    ...common,
    traceFor: () => twoExplainers(server),
  });
  await using relay = new Relay(listener.address.port);
  const [here, there] = await Promise.all([
    connectSecure({
      acceptPeer: acceptAnyone,
      hostname: "127.0.0.1",
      port: relay.port,
      staticKeyPair: CLIENT_KEYS,
      protocols: [protocol],
      ...common,
      trace: twoExplainers(client),
    }),
    listener.accept(),
  ]);
  if (there === undefined) throw new Error("nobody was accepted");
  await talk(here, there);
  await Promise.all([here.close(), there.close()]);
  await Promise.all([here.closed, there.closed]);
  return { client, server, wire: await relay.recorded() };
}

/** Somebody on the way who writes down one connection. */
class Relay implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #done: Promise<Record<End, Uint8Array>>;

  constructor(serverPort: number) {
    this.#done = this.#run(serverPort);
    this.#done.catch(() => {});
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  recorded(): Promise<Record<End, Uint8Array>> {
    return this.#done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#done.catch(() => {});
  }

  async #run(serverPort: number): Promise<Record<End, Uint8Array>> {
    const near = await this.#listener.accept();
    const far = await Deno.connect({ hostname: "127.0.0.1", port: serverPort });
    const [client, server] = await Promise.all([carry(near, far), carry(far, near)]);
    near.close();
    far.close();
    return { client, server };
  }
}

async function carry(from: Deno.Conn, to: Deno.Conn): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const buffer = new Uint8Array(65_536);
  try {
    for (let size; (size = await from.read(buffer)) !== null;) {
      const part = buffer.slice(0, size);
      parts.push(part);
      for (let sent = 0; sent < part.length;) sent += await to.write(part.subarray(sent));
    }
    await to.closeWrite();
  } catch {
    // Whoever has said all may hang up while the other's last bytes are on their way.
  }
  return join(parts);
}
