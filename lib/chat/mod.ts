/**
 * What people say: wire messages, the room (server side), the member (client side).
 *
 * @module
 */
export * from "./guest.ts";
export * from "./member.ts";
export * from "./messages.ts";
export * from "./nick.ts";
export * from "./room.ts";
export * from "./serve_room.ts";
export * from "./text.ts";
export * from "./wire.ts";
