/** So many messages, in words: `1 message`, `2 messages`. */
export function countMessages(count: number): string {
  return count === 1 ? "1 message" : `${count} messages`;
}
