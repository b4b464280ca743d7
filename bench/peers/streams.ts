/**
 * Programs that send a file over an encrypted connection, one at each end, as they are used for it.
 *
 * @module
 */
import type { Scope } from "../harness/scope.ts";
import { since, total, usageOf, usageOfEnded } from "../harness/usage.ts";
import { Worker } from "../harness/worker.ts";
import { makeCertificate } from "./certificate.ts";
import { programPath } from "./installed.ts";
import { freePort, listening } from "./ports.ts";

/** How long it took, and what both ends together used, in seconds. */
export interface Transfer {
  readonly seconds: number;
  readonly cpu: number;
}

/** Sends so many bytes from one process to another. */
export type SendBytes = (scope: Scope, size: number) => Promise<Transfer>;

/**
 * `socat`, TLS 1.2 with AES-256-CBC and HMAC-SHA-384: the same work as this project's default does.
 */
export const bySocat: SendBytes = async (scope, size) => {
  const { certificateFile, keyFile } = await makeCertificate(scope, "rsa2048");
  const [file, port] = [await zeros(scope, size), freePort()];
  const socat = await programPath("socat");
  const suite = "cipher=ECDHE-RSA-AES256-SHA384,openssl-max-proto-version=TLS1.2";
  const server = `OPENSSL-LISTEN:${port},bind=127.0.0.1,cert=${certificateFile},key=${keyFile}`;
  const receiver = scope.spawn(socat, {
    args: ["-u", "-b65536", `${server},verify=0,${suite}`, "OPEN:/dev/null,wronly"],
  });
  await listening(port);
  return await timed(async () => {
    const sender = scope.spawn(socat, {
      args: ["-u", "-b65536", `OPEN:${file},rdonly`, `OPENSSL:127.0.0.1:${port},verify=0,${suite}`],
    });
    await ended("socat", sender, receiver);
  });
};

/** `ncat --ssl`: TLS 1.3 as OpenSSL chooses, which is AES-256-GCM. */
export const byNcat: SendBytes = async (scope, size) => {
  const { certificateFile, keyFile } = await makeCertificate(scope, "p256");
  const [file, port] = [await zeros(scope, size), freePort()];
  const ncat = await programPath("ncat");
  const own = `--ssl --ssl-cert ${certificateFile} --ssl-key ${keyFile}`;
  const receiver = scope.spawn("sh", {
    args: ["-c", `exec ${ncat} ${own} --recv-only -l 127.0.0.1 ${port} > /dev/null`],
  });
  await listening(port);
  return await timed(async () => {
    const sender = scope.spawn("sh", {
      args: ["-c", `exec ${ncat} --ssl --send-only 127.0.0.1 ${port} < ${file}`],
    });
    await ended("ncat", sender, receiver);
  });
};

/** `spipe` to `spiped`, which passes it on to a process that counts: AES-256-CTR and HMAC-SHA-256. */
export const bySpiped: SendBytes = async (scope, size) => {
  const file = await zeros(scope, size);
  const folder = await scope.folder();
  const key = `${folder}/key`;
  await Deno.writeFile(key, crypto.getRandomValues(new Uint8Array(32)));
  const port = freePort();
  const counter = new Worker(scope, "answerer", { kind: "tcp", task: "sink", size });
  const { port: target } = await counter.next<{ port: number }>();
  const receiver = scope.spawn(await programPath("spiped"), {
    args: [
      ...["-d", "-F", "-s", `[127.0.0.1]:${port}`, "-t", `[127.0.0.1]:${target}`],
      ...["-k", key, "-p", `${folder}/pid`],
    ],
  });
  await listening(port);
  const before = await usageOfEnded();
  const sender = scope.spawn("sh", {
    args: [
      "-c",
      `exec ${await programPath("spipe")} -t '[127.0.0.1]:${port}' -k ${key} < ${file}`,
    ],
  });
  const start = performance.now();
  await counter.next();
  const seconds = (performance.now() - start) / 1000;
  // The sender may have ended by now, or not yet.
  const sent = await usageOf(sender.pid).catch(async () => {
    await sender.status;
    return since(before, await usageOfEnded());
  });
  return { seconds, cpu: total(await usageOf(receiver.pid)) + total(sent) };
};

/** A file of zeros that takes no room on the disk. */
async function zeros(scope: Scope, size: number): Promise<string> {
  const path = `${await scope.folder()}/zeros`;
  using file = await Deno.open(path, { create: true, write: true });
  await file.truncate(size);
  return path;
}

/** Time, and the CPU time of the processes that have ended meanwhile. */
async function timed(work: () => Promise<void>): Promise<Transfer> {
  const [before, start] = [await usageOfEnded(), performance.now()];
  await work();
  const seconds = (performance.now() - start) / 1000;
  return { seconds, cpu: total(since(before, await usageOfEnded())) };
}

async function ended(name: string, ...children: readonly Deno.ChildProcess[]): Promise<void> {
  for (const child of children) {
    const { success, code } = await child.status;
    if (!success) throw new Error(`${name} ended with status ${code}`);
  }
}
