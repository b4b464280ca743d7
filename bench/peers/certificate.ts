/**
 * A certificate for one run, as somebody makes it who has no authority at hand.
 *
 * @module
 */
import type { Scope } from "../harness/scope.ts";

/** Files with a certificate and its private key, and what stands in them (PEM). */
export interface Certificate {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly certificate: string;
  readonly privateKey: string;
}

/** What kind of key: P-256 is what most have today; RSA is for suites that ask for it. */
export type KeyKind = "p256" | "rsa2048";

const NEW_KEY: Readonly<Record<KeyKind, readonly string[]>> = {
  p256: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
  rsa2048: ["-newkey", "rsa:2048"],
};

/** Makes one by `openssl req`. */
export async function makeCertificate(scope: Scope, kind: KeyKind): Promise<Certificate> {
  const folder = await scope.folder();
  const [certificateFile, keyFile] = [`${folder}/certificate.pem`, `${folder}/key.pem`];
  const { success, stderr } = await new Deno.Command("openssl", {
    args: [
      ...["req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost", ...NEW_KEY[kind]],
      ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
      ...["-addext", "basicConstraints=critical,CA:FALSE"],
      ...["-keyout", keyFile, "-out", certificateFile],
    ],
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`openssl req: ${new TextDecoder().decode(stderr)}`);
  return {
    certificateFile,
    keyFile,
    certificate: await Deno.readTextFile(certificateFile),
    privateKey: await Deno.readTextFile(keyFile),
  };
}
