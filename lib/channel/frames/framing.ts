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
  const frame = new Uint8Array(FRAME_HEADER_SIZE + body.length);
  frame.set(body, FRAME_HEADER_SIZE);
  return withHeader(frame);
}

/**
 * Writes the header of a frame whose body stands already behind the room for it.
 *
 * @returns The same bytes.
 * @throws {RangeError} As {@linkcode encodeFrame}.
 */
export function withHeader<Frame extends Uint8Array>(frame: Frame): Frame {
  const size = frame.length - FRAME_HEADER_SIZE;
  if (size < 1 || size > MAX_FRAME_SIZE) {
    throw new RangeError(`a frame holds 1 to ${MAX_FRAME_SIZE} bytes, not ${size}`);
  }
  new DataView(frame.buffer, frame.byteOffset).setUint32(0, size);
  return frame;
}
