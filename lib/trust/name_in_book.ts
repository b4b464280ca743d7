import type { KeyBookEntry } from "../identity/mod.ts";

/** A name as it stands in a book: one that begins with # would be a comment, and has a backslash in front. */
export function subjectFor(name: string): string {
  return name.replace(/^[#\\]/, "\\$&");
}

/** The name that an entry of a book is for. */
export function nameIn({ subject }: KeyBookEntry): string {
  return subject.replace(/^\\/, "");
}
