/** The most bytes that a frame's body may have. */
export const MAX_FRAME_SIZE = 65_535;

/** Size of the length that stands in front of a frame's body, in bytes. */
export const FRAME_HEADER_SIZE = 4;

/**
 * A frame: the body's length as 4 bytes, big-endian, and the body.
 *
 * @throws {RangeError} If the body is empty or has more than 65,535 bytes.
 */
export function encodeFrame(body: Uint8Array): Uint8Array<ArrayBuffer> {
  if (body.length === 0 || body.length > MAX_FRAME_SIZE) {
    throw new RangeError(`a frame holds 1 to ${MAX_FRAME_SIZE} bytes, not ${body.length}`);
  }
  const frame = new Uint8Array(FRAME_HEADER_SIZE + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, FRAME_HEADER_SIZE);
  return frame;
}
