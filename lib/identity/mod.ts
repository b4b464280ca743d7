/**
 * Who is who.
 *
 * @module
 */
export * from "./fingerprint.ts";
