import { AuthenticationError } from "../../errors.ts";

/** How the sentence begins that a banned guest is told. An operator's words may follow. */
export const BANNED = "you are banned";

/** Whether a connection got no place because its key is banned: the reason is for the guest alone. */
export function isBan(error: unknown): boolean {
  return error instanceof AuthenticationError && error.code === "key-refused" &&
    error.message.startsWith(BANNED);
}
