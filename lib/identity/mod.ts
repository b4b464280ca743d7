/**
 * Who is who: keys and their files, fingerprints and safety words, known hosts, invitations, guests.
 *
 * @module
 */
export * from "./books/ban_book.ts";
export * from "./books/file_store.ts";
export * from "./fingerprint.ts";
export * from "./books/guest_list.ts";
export * from "./home.ts";
export * from "./books/invitation.ts";
export * from "./books/invitation_list.ts";
export * from "./books/key_book.ts";
export * from "./keys/key_file.ts";
export { MAX_FILE_SIZE } from "./books/plain_text.ts";
export * from "./keys/public_key_line.ts";
export * from "./safety_words.ts";
export * from "./books/text_store.ts";
