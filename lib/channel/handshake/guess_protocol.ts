/** First bytes by which common protocols can be told, and a name for each. */
const SIGNS: readonly (readonly [start: string, name: string])[] = [
  ["HTTP/", "a web server"],
  ["GET ", "a web browser"],
  ["POST ", "a web browser"],
  ["HEAD ", "a web browser"],
  ["PUT ", "a web browser"],
  ["OPTIONS ", "a web browser"],
  ["CONNECT ", "a web browser"],
  ["PRI * HTTP/2", "a web browser"],
  ["SSH-", "SSH"],
  ["220 ", "a mail or file server"],
  ["\x16\x03", "TLS"],
  ["\x15\x03", "TLS"],
];

/** Says, for a person, what seems to be speaking; `undefined` if nothing comes to mind. */
export function guessProtocol(bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 16));
  return SIGNS.find(([sign]) => start.startsWith(sign))?.[1];
}
