/**
 * Servers of rooms: this project's, and an IRC server.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Round } from "../harness/measure.ts";
import type { Cores } from "../harness/scope.ts";
import { TextLineStream } from "../harness/text_lines.ts";
import { type Usage, usageOf } from "../harness/usage.ts";
import type { RoomAddress } from "../members/seats.ts";
import { makeCertificate } from "./certificate.ts";
import { programPath } from "./installed.ts";
import { freePort } from "./ports.ts";

/** A server that runs. */
export interface RoomServer {
  readonly address: RoomAddress;
  readonly pid: number;
  usage(): Promise<Usage>;
}

/** How to start it. */
export interface RoomServerOptions {
  /** How many members there will be. */
  readonly members: number;
  readonly cores?: Cores;
  /** Flags besides, of this project's. */
  readonly flags?: readonly string[];
}

/** Starts a server. */
export type StartRoomServer = (round: Round, options: RoomServerOptions) => Promise<RoomServer>;

/** How many members this project's server takes without being told. */
const DEFAULT_MEMBERS = 2000;

/** `deno run -NRWE server.ts --headless`, as the documents say it. */
export const startOwnServer: StartRoomServer = async ({ scope, tree }, options) => {
  const home = await scope.folder();
  const { members, cores, flags = [] } = options;
  const child = scope.spawn(Deno.execPath(), {
    args: [
      ...["run", "-NRWE", fileURLToPath(new URL("server.ts", tree))],
      ...["--headless", "--json", "--listen", "127.0.0.1:0", "--home", home],
      ...(members < DEFAULT_MEMBERS ? [] : ["--max-members", String(members + 100)]),
      ...flags,
    ],
    cores,
    stdout: "piped",
  });
  const line = await firstLine(child, /"listening"/);
  const { address, addresses = [address] } = JSON.parse(line);
  const port = Number(String(addresses[0]).split(":").at(-1));
  return { address: { kind: "own", tree, port }, pid: child.pid, usage: () => usageOf(child.pid) };
};

/** `ngircd` over TLS, with every brake off that it has for members who are many or fast. */
export const startNgircd: StartRoomServer = async ({ scope, tree }, { cores }) => {
  const { certificate, certificateFile, keyFile } = await makeCertificate(scope, "p256");
  const folder = await scope.folder();
  // As root, ngircd becomes nobody, who has to read the key.
  for (const path of [folder, certificateFile.replace(/\/[^/]*$/, "")]) {
    await Deno.chmod(path, 0o755);
  }
  await Deno.chmod(keyFile, 0o644);
  const [port, file] = [freePort(), `${folder}/ngircd.conf`];
  await Deno.writeTextFile(file, configuration(port, certificateFile, keyFile));
  const child = scope.spawn(await programPath("ngircd"), {
    args: ["--nodaemon", "--config", file],
    cores,
    stdout: "piped",
  });
  await firstLine(child, /ready\.$/);
  return {
    address: { kind: "irc", tree, port, certificate },
    pid: child.pid,
    usage: () => usageOf(child.pid),
  };
};

function configuration(port: number, certificateFile: string, keyFile: string): string {
  return `[Global]
Name = irc.example.net
Info = bench
AdminInfo1 = bench
Listen = 127.0.0.1
Ports =
MotdPhrase = hello
PidFile =
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxPenaltyTime = 0
MaxNickLength = 20
PingTimeout = 600
[Options]
DNS = no
Ident = no
PAM = no
[SSL]
CertFile = ${certificateFile}
KeyFile = ${keyFile}
CipherList = SECURE128:-VERS-SSL3.0
Ports = ${port}
`;
}

/** The first line that looks so; what comes behind it is read and thrown away. */
async function firstLine(child: Deno.ChildProcess, pattern: RegExp): Promise<string> {
  const lines = child.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream()).getReader();
  for (;;) {
    const { done, value } = await lines.read();
    if (done) throw new Error("the server has ended before it listened");
    if (!pattern.test(value)) continue;
    void (async () => {
      while (!(await lines.read()).done);
    })().catch(() => {});
    return value;
  }
}
