import { decodeEncryptedPkcs8 } from "../../../../lib/identity/keys/pkcs8_encrypted.ts";
import { assertProblem, unpem } from "../../../identity/keys/key_file_support.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

// RFC 7914 §13: its scrypt fills 1 GiB of memory. The password is "Rabbit"; what is in it is an EC key.
const RABBIT = `MIHiME0GCSqGSIb3DQEFDTBAMB8GCSsGAQQB2kcECzASBAVNb3VzZQIDEAAAAgEI
AgEBMB0GCWCGSAFlAwQBKgQQyYmguHMsOwzGMPoyObk/JgSBkJb47EWd5iAqJlyy
+ni5ftd6gZgOPaLQClL7mEZc2KQay0VhjZm/7MbBUNbqOAXNM6OGebXxVp6sHUAL
iBGY/Dls7B1TsWeGObE0sS1MXEpuREuloZjcsNVcNXWPlLdZtkSH6uwWzR0PyG/Z
+ZXfNodZtd/voKlvLOw5B3opGIFaLkbtLZQwMiGtl42AS89lZg==`;

Deno.test("encrypted PKCS #8: the example of RFC 7914 §13 opens, and holds an EC key", async () => {
  await assertProblem(
    () => decodeEncryptedPkcs8(unpem(RABBIT)).open(utf8("Rabbit")),
    "refused",
    "holds an EC key; this program needs an X25519 private key",
  );
});
