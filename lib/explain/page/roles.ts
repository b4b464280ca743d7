import type { FieldRole } from "../explanation.ts";

/** How a page names, explains and colours what bytes are. */
export interface RoleStyle {
  /** The word that stands beside the colour. */
  readonly word: string;
  /** What it is, in plain sentences, for the legend. */
  readonly meaning: string;
  /** Background and edge on white. */
  readonly light: readonly [background: string, edge: string];
  /** Background and edge on black. */
  readonly dark: readonly [background: string, edge: string];
}

/** The roles, in the order of the legend. */
export const ROLES: Readonly<Record<FieldRole, RoleStyle>> = {
  length: {
    word: "length",
    meaning: "How many bytes follow. The first byte counts most (big-endian).",
    light: ["#e4e7ec", "#667085"],
    dark: ["#343a44", "#98a2b3"],
  },
  name: {
    word: "name",
    meaning: "A text that both programs have to agree on, such as the name of the protocol.",
    light: ["#dbeafe", "#2563eb"],
    dark: ["#1e3355", "#60a5fa"],
  },
  "public key": {
    word: "public key",
    meaning: "The half of a key pair that everybody may see. The other half, the private key, " +
      "is never sent, and nobody knows a practical way to compute it from the public one.",
    light: ["#d3f0dc", "#15803d"],
    dark: ["#153d27", "#4ade80"],
  },
  "kem ciphertext": {
    word: "KEM ciphertext",
    meaning: "Carries a shared secret. It was made with a KEM public key (KEM: key encapsulation " +
      "mechanism), and only the matching private key can recover the secret.",
    light: ["#c9efec", "#0f766e"],
    dark: ["#0f3d3c", "#2dd4bf"],
  },
  iv: {
    word: "IV",
    meaning: "Initialisation vector: 16 random bytes, new for each encryption, so that the same " +
      "plaintext does not give the same ciphertext twice. It is not secret.",
    light: ["#e9dffc", "#7c3aed"],
    dark: ["#3a2a5c", "#a78bfa"],
  },
  ciphertext: {
    word: "ciphertext",
    meaning: "Encrypted bytes. Without the key they look random.",
    light: ["#fde3c8", "#c2570c"],
    dark: ["#4f2f16", "#fb923c"],
  },
  tag: {
    word: "tag",
    meaning: "Shows the receiver whether anything was changed on the way. It is computed with a " +
      "key, from the encrypted bytes and from what both sides have counted or hashed so far; the " +
      "receiver computes it too, and accepts nothing if the two differ. Nobody without the key " +
      "can forge one.",
    light: ["#fbd7e8", "#be185d"],
    dark: ["#541f3c", "#f472b6"],
  },
  plaintext: {
    word: "plaintext",
    meaning: "Bytes before encryption, and after decryption: what the client and the server say " +
      "to each other.",
    light: ["#fdf2b3", "#a16207"],
    dark: ["#453a10", "#facc15"],
  },
  padding: {
    word: "padding",
    meaning: "Filler, encrypted together with the plaintext, because AES-CBC works on whole " +
      "blocks of 16 bytes. The receiver removes it again.",
    light: ["#ece4d6", "#8a6d3b"],
    dark: ["#3d3528", "#c8a96a"],
  },
  number: {
    word: "number",
    meaning: "A count or a code. The number of a record is never sent: both sides count.",
    light: ["#dde1ff", "#4338ca"],
    dark: ["#2b2f63", "#818cf8"],
  },
  hash: {
    word: "hash",
    meaning: "32 bytes that SHA-256 computes from others, to identify them: nobody knows how to " +
      "find two inputs with the same hash.",
    light: ["#d5e6f0", "#0e6a94"],
    dark: ["#17384a", "#38bdf8"],
  },
  secret: {
    word: "secret",
    meaning: "A key, or what keys are derived from. It is never sent: each side computes it.",
    light: ["#ffd5d0", "#c81e1e"],
    dark: ["#56201f", "#f87171"],
  },
};

/** The style sheet's class for a role. */
export function roleClass(role: FieldRole): string {
  return `role-${role.replaceAll(" ", "-")}`;
}
