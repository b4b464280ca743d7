/**
 * Which versions were measured.
 *
 * @module
 */
import { VERSION } from "../../lib/version.ts";
import { find } from "./installed.ts";

/** How each peer tells its version, and where in what it says the version stands. */
const PEERS: readonly (readonly [program: string, args: readonly string[], version: RegExp])[] = [
  ["openssl", ["version"], /OpenSSL (\S+)/],
  ["socat", ["-V"], /socat version (\S+)/],
  ["ncat", ["--version"], /Version (\S+)/],
  ["spiped", ["-v"], /spiped (\S+)/],
  ["ngircd", ["--version"], /ngIRCd ([\d.]+)/],
];

/** This project, Deno, and each peer: name and version. */
export async function versions(): Promise<readonly (readonly [name: string, version: string])[]> {
  const { deno, v8 } = Deno.version;
  const peers = await Promise.all(PEERS.map(async ([program, args, pattern]) => {
    const path = await find(program);
    if (path === undefined) return [program, "not installed"] as const;
    const { stdout, stderr } = await new Deno.Command(path, { args: [...args] }).output();
    const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    return [program, pattern.exec(text)?.[1] ?? "unknown"] as const;
  }));
  return [["this project", VERSION], ["Deno", `${deno} (V8 ${v8})`], ...peers];
}
