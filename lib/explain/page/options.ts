/** The two programs of a connection. */
export type Program = "server" | "client";

/** What a page has to know before its first explanation. */
export interface PageOptions {
  /** Which program writes it. */
  readonly program: Program;
  /** The program's version. */
  readonly version: string;
  /** Whether it shows secrets. */
  readonly secrets: boolean;
  /** When it was begun. */
  readonly started: Date;
}
