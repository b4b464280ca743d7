import type { MlKem768 } from "./ml_kem768.ts";
import { webMlKem768 } from "./web.ts";

/** WebCrypto's implementation where there is one, JavaScript elsewhere (it is 5 to 10 times slower). */
export async function platformMlKem768(): Promise<MlKem768> {
  return chosen ??= await isSupported() ? webMlKem768 : (await import("./noble.ts")).nobleMlKem768;
}

let chosen: MlKem768 | undefined;

async function isSupported(): Promise<boolean> {
  try {
    const { publicKey } = await webMlKem768.generateKeyPair();
    await webMlKem768.encapsulate(publicKey);
    return true;
  } catch {
    return false;
  }
}
