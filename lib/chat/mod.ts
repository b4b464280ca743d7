/**
 * What people say: wire messages, the room (server side), the member (client side).
 *
 * @module
 */
export * from "./broadcast.ts";
export { Conduct } from "./conduct.ts";
export * from "./guest.ts";
export type { RequestObservers } from "./guest_requests.ts";
export * from "./heartbeat.ts";
export * from "./hex.ts";
export * from "./limits.ts";
export * from "./member.ts";
export * from "./messages.ts";
export * from "./moderation.ts";
export * from "./nick.ts";
export type { ModerationRequest } from "./operators.ts";
export * from "./pace.ts";
export { HELLO_TIMEOUT } from "./receive_hello.ts";
export { refusal } from "./refusal.ts";
export * from "./room.ts";
export * from "./room_observer.ts";
export * from "./seat.ts";
export * from "./serve_room.ts";
export * from "./text.ts";
export * from "./wire.ts";
