import { UsageError } from "../../errors.ts";

/** What a room says to a request that it does not carry out. */
export function refusal(reason: string): UsageError {
  return new UsageError("refused", reason);
}
