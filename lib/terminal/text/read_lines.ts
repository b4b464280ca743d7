/** The longest line that is gathered before it is handed on in pieces, in UTF-16 code units. */
const MAX_LINE_LENGTH = 262_144;

/**
 * The lines of a stream of UTF-8, without their ends (LF or CR LF); the last one may lack its end.
 *
 * A line over 262,144 UTF-16 code units comes in several pieces, so that memory stays flat. The stream
 * is read only as fast as lines are taken.
 */
export async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield withoutReturn(line);
    while (rest.length > MAX_LINE_LENGTH) {
      const piece = wholeCharacters(rest.slice(0, MAX_LINE_LENGTH));
      yield piece;
      rest = rest.slice(piece.length);
    }
  }
  rest += decoder.decode();
  if (rest !== "") yield withoutReturn(rest);
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

/** The text without a last half of a surrogate pair. */
function wholeCharacters(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}
