import { decodeBase64, encodeBase64 } from "../base64.ts";
import { KeyFormatError } from "./key_format_error.ts";

/** One textual encoding in a file (RFC 7468 §2). */
export interface PemBlock {
  /** What stands in its BEGIN and its END line: `PRIVATE KEY`. */
  readonly label: string;
  /** The number of its BEGIN line, from 1. */
  readonly line: number;
  /**
   * The bytes between the two lines.
   *
   * @throws {KeyFormatError} If they are not strict base64, with the number of the line.
   */
  decode(): Uint8Array<ArrayBuffer>;
}

/** Characters of base64 in a line (RFC 7468 §2). */
const LINE_LENGTH = 64;

/** Labels of capital letters and digits are all that private keys have. */
const BOUNDARY = /^-----(?:BEGIN|END) ([A-Z0-9]+(?: [A-Z0-9]+)*)-----$/;

/**
 * Every block of a text, in order; at least one. Other lines before, between and after the blocks
 * explain them to people (RFC 7468 §2) and are passed over. Lines may end in white space, and in any
 * of the three ways in which lines end.
 *
 * @throws {KeyFormatError} If there is no block, or one without its END, with the number of the line.
 */
export function parsePem(text: string): readonly [PemBlock, ...PemBlock[]] {
  const blocks: PemBlock[] = [];
  let open: { label: string; line: number; body: string[] } | undefined;
  for (const [index, untrimmed] of text.split(/\r\n|\n|\r/).entries()) {
    const line = index + 1;
    const content = untrimmed.trimEnd();
    if (content.startsWith("-----BEGIN ")) {
      if (open !== undefined) throw cutShort(open.line);
      open = { label: labelOf(content, line), line, body: [] };
    } else if (content.startsWith("-----END ")) {
      const label = labelOf(content, line);
      if (open === undefined) throw malformed(`has an END without a BEGIN in line ${line}`);
      if (open.label !== label) {
        const begin = `${open.label} begins in line ${open.line}`;
        throw malformed(`is damaged: ${begin} and ${label} ends in line ${line}`);
      }
      blocks.push(block(open.label, open.line, open.body));
      open = undefined;
    } else {
      open?.body.push(content);
    }
  }
  if (open !== undefined) throw cutShort(open.line);
  const [first, ...others] = blocks;
  if (first === undefined) throw malformed("has no line -----BEGIN … PRIVATE KEY-----");
  return [first, ...others];
}

/** A block with its label, in lines of 64 characters, each with `\n` (RFC 7468 §3, strict). */
export function encodePem(label: string, bytes: Uint8Array): string {
  const base64 = encodeBase64(bytes);
  const lines = [`-----BEGIN ${label}-----`];
  for (let start = 0; start < base64.length; start += LINE_LENGTH) {
    lines.push(base64.slice(start, start + LINE_LENGTH));
  }
  return [...lines, `-----END ${label}-----`, ""].join("\n");
}

function block(label: string, line: number, body: readonly string[]): PemBlock {
  return { label, line, decode: () => decodeBody(body, line + 1) };
}

/** @param firstLine The number of the first of the lines. */
function decodeBody(lines: readonly string[], firstLine: number): Uint8Array<ArrayBuffer> {
  if (lines.length === 0) throw malformed(`is empty: it ends in line ${firstLine}`);
  const lastLine = firstLine + lines.length - 1;
  for (const [index, content] of lines.entries()) {
    const line = firstLine + index;
    const isBase64 = line === lastLine ? /^[A-Za-z0-9+/]+={0,2}$/ : /^[A-Za-z0-9+/]+$/;
    if (!isBase64.test(content)) throw malformed(`has bad base64 in line ${line}`);
  }
  const base64 = lines.join("");
  // Which line lost a character, nobody can tell.
  if (base64.length % 4 !== 0) {
    throw malformed(`lacks characters of its base64 in lines ${firstLine} to ${lastLine}`);
  }
  const bytes = decodeBase64(base64);
  if (bytes === undefined) throw malformed(`has bad base64 in line ${lastLine}`);
  return bytes;
}

function labelOf(content: string, line: number): string {
  const [, label] = BOUNDARY.exec(content) ?? [];
  if (label === undefined) throw malformed(`has a damaged BEGIN or END in line ${line}`);
  return label;
}

function cutShort(line: number): KeyFormatError {
  return malformed(`is cut short: what begins in line ${line} has no END`);
}

function malformed(message: string): KeyFormatError {
  return new KeyFormatError("malformed", message);
}
