/**
 * Two processes of `bench/members` at the ends of one connection: the library, Deno's TLS, or TCP.
 *
 * @module
 */
import type { Round, Subject } from "../harness/measure.ts";
import type { Cores } from "../harness/scope.ts";
import { Worker } from "../harness/worker.ts";
import type { WireOptions } from "../members/wire.ts";
import { makeCertificate } from "./certificate.ts";
import { missing } from "./installed.ts";

/** What connects the two, but for where the library is. */
export type PairKind = Omit<WireOptions, "tree" | "port" | "certificate" | "privateKey">;

/** What the two do; see `bench/members/answerer.ts` and `caller.ts`. */
export interface PairWork {
  readonly answerer: { readonly task: "echo" | "sink" | "door"; readonly size: number };
  readonly caller: {
    readonly task: "ping" | "source" | "visitor";
    readonly size: number;
    readonly count: number;
    readonly warmUp: number;
  };
}

/** Both processes. */
export interface Pair {
  readonly answerer: Worker;
  readonly caller: Worker;
}

/** A subject that is such a connection. */
export function pairSubject(name: string, kind: PairKind, run: Subject["run"]): Subject {
  return {
    name,
    isOwn: kind.kind === "library",
    whyNot: async () => kind.kind === "tls" ? await missing("openssl") : undefined,
    run,
  };
}

/** Starts them. */
export async function startPair(
  { scope, tree }: Round,
  kind: PairKind,
  work: PairWork,
  cores?: Cores,
): Promise<Pair> {
  const made = kind.kind === "tls" ? await makeCertificate(scope, "p256") : undefined;
  const wire = {
    ...kind,
    tree,
    ...(made && { certificate: made.certificate, privateKey: made.privateKey }),
  };
  const answerer = new Worker(scope, "answerer", { ...wire, ...work.answerer }, cores);
  const { port } = await answerer.next<{ port: number }>();
  const caller = new Worker(scope, "caller", { ...wire, ...work.caller, port }, cores);
  return { answerer, caller };
}
