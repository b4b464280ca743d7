/**
 * Who is who: keys and their files, fingerprints and safety words, known hosts, invitations, guests.
 *
 * @module
 */
export * from "./ban_book.ts";
export * from "./file_store.ts";
export * from "./fingerprint.ts";
export * from "./guest_list.ts";
export * from "./home.ts";
export * from "./invitation.ts";
export * from "./invitation_list.ts";
export * from "./key_book.ts";
export * from "./key_file.ts";
export { MAX_FILE_SIZE } from "./plain_text.ts";
export * from "./public_key_line.ts";
export * from "./safety_words.ts";
export * from "./text_store.ts";
