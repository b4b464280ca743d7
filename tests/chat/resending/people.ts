import { keyOf } from "../support.ts";

/** What a client asks for: it says something to all, or to the client with that number; or sets the topic. */
export type Request = "all" | "topic" | { readonly to: number };

const PEOPLE = ["ann", "bob", "carol", "dave", "eve"]
  .map((nick, index) => ({ nick, key: keyOf(index + 1) }));

export const SERVER_KEY: Uint8Array = keyOf(99);

/** A client, by its number. */
export function personOf(index: number): { readonly nick: string; readonly key: Uint8Array } {
  return PEOPLE[index];
}

/** The first byte of the id of what a client asks for, by their numbers. */
export function requestId(client: number, index: number): number {
  return 20 * (client + 1) + index;
}
