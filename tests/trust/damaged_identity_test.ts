import assert from "node:assert/strict";
import { UsageError } from "../../lib/errors.ts";
import { loadIdentity } from "../../lib/trust/own_identity.ts";
import { temporaryFolder } from "../support/doubles.ts";

const PEM = "-----BEGIN PRIVATE KEY-----\n" +
  "MC4CAQAwBQYDK2VuBCIEIHBtpxEmV2+nTOPEpJTqvaJd3pVpdQ+XJ6Zsk6J3dCxX\n" +
  "-----END PRIVATE KEY-----\n";

const DAMAGED: readonly [name: string, content: string | Uint8Array, problem: RegExp][] = [
  ["empty", "", /./],
  ["cut short", PEM.slice(0, 60), /\bline \d/],
  ["without its last line", PEM.slice(0, PEM.indexOf("-----END")), /\bline \d/],
  ["binary", Uint8Array.from({ length: 300 }, (_, at) => at * 7 + 129), /has no line -----BEGIN/],
  ["in UTF-16", Uint8Array.from([0xff, 0xfe, 0x2d, 0x00]), / is UTF-16 .*; save it as UTF-8$/],
  ["with a letter too few", PEM.replace("MC4C", "MC4"), /\blines? 2\b/],
  ["with another letter", PEM.replace("MC4CAQ", "MC4CBQ"), /\bline \d|damaged|version/],
  ["a public key", `x25519 ${"CQ".repeat(21)}k=\n`, /holds a public key/],
  ["a certificate", PEM.replaceAll("PRIVATE KEY", "CERTIFICATE"), /holds a certificate in line 1/],
  ["two keys", PEM + PEM, /holds a second key in line 4/],
  ["a poem", "Roses are red\nviolets are blue\n", /./],
];

for (const [name, content, problem] of DAMAGED) {
  Deno.test(`identity: a file that is ${name} is told of, and stays`, async () => {
    using folder = temporaryFolder();
    const file = `${folder.path}/identity.pem`;
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(file, bytes, { mode: 0o600 });
    const flags = {
      program: "client",
      identity: undefined,
      home: folder.path,
      passphraseFile: undefined,
    } as const;
    await assert.rejects(
      loadIdentity(flags, () => assert.fail("nobody should be asked")),
      (error) => {
        assert.ok(error instanceof UsageError, String(error));
        assert.ok(error.message.startsWith(file), error.message);
        assert.match(error.message, problem);
        return true;
      },
    );
    assert.deepEqual(await Deno.readFile(file), bytes);
    const names = Array.from(Deno.readDirSync(folder.path), ({ name }) => name);
    assert.deepEqual(names, ["identity.pem"]);
  });
}
