import { nickKeys } from "../../../lib/chat/names/confusable_nicks.ts";

/** Whether a person could take one nickname for the other, or they differ only in case. */
export function looksLike(one: string, other: string): boolean {
  const keys = nickKeys(one);
  return nickKeys(other).some((key) => keys.includes(key));
}
