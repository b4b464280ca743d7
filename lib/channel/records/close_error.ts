import {
  AuthenticationError,
  NetworkError,
  ProtocolError,
  type ReportedError,
} from "../../errors.ts";
import { quoted } from "../../quoted.ts";
import { CloseCode, type CloseInfo } from "./record.ts";

/**
 * The error that a close stands for, or `undefined` if it is an ordinary goodbye.
 *
 * The message quotes the other side's words: sanitise it before a terminal sees it.
 */
export function closeError(info: CloseInfo): ReportedError | undefined {
  switch (info.code) {
    case CloseCode.full:
      return new NetworkError("room-full", saying(info, "the room is full"));
    case CloseCode.notAllowed:
      return new AuthenticationError("key-refused", saying(info, "this key is not allowed"));
    case CloseCode.tampered:
      return new AuthenticationError(
        "tampered",
        "the other side says that a message to it was altered on its way, and ended the connection",
      );
    case CloseCode.malformed:
      return new ProtocolError(
        "malformed-message",
        "the other side says that it could not use what it was sent" +
          // It cannot tell where lengths are wrong, which stand outside of what is authenticated.
          (info.reason === ""
            ? "; it may have been altered on the way"
            : `: ${quoted(info.reason)}`),
      );
    case CloseCode.timeout:
      return new NetworkError("timed-out", saying(info, "the other side gave up waiting"));
    case CloseCode.removed:
      return new NetworkError("removed", saying(info, "you were removed"));
    case CloseCode.tooSlow:
      return new NetworkError("too-slow", saying(info, "this side was too slow to read"));
    default:
      return undefined;
  }
}

/** The other side's words are marked as such: they must not be taken for this program's own. */
function saying({ reason }: CloseInfo, otherwise: string): string {
  return reason === "" ? otherwise : `the other side says: ${quoted(reason)}`;
}
