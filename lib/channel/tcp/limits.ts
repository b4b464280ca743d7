/** How many handshakes a listener works on at once. */
export const MAX_PENDING_HANDSHAKES = 256;
