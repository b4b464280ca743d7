import { type Html, markup } from "./html.ts";

/** How to read bytes and cards, for readers who have never seen either. */
export const READING: Html = markup`<section class="guide" aria-labelledby="how">
<h2 id="how">How to read this page</h2>
<div class="columns">
<div>
<h3>Bytes in hex</h3>
<p>A <b>byte</b> is a number from 0 to 255. Here it is written in <b>hex</b>, with two digits, from 0 to 9 and then from a (ten) to f (fifteen); the first counts sixteen times as much
as the second. So <code>0a</code> is 10, <code>10</code> is 16 and <code>ff</code> is 255, and
<code>c2 0f</code> are two bytes. They cross the wire in reading order: from left to right, row by
row. What can be read as text is repeated <b>as text</b>, with dots for the rest.</p>
</div>
<div>
<h3>Cards</h3>
<p>Each card is one event, the earliest first. If it crossed the wire, an arrow shows
which way: the client is on the left, the server on the right. <b>On the wire</b> are the bytes
that everybody on the way can see, <b>Decrypted</b> is what they contain, and <b>Resulting state</b> is
what the two sides compute or count along with them. Long values are folded up; open one to see all of its
bytes (in print all are shown).</p>
</div>
</div>
</section>`;

/** The terms of the handshake and the records, each in two or three plain sentences. */
export const WORDS: Html = markup`<section class="guide" aria-labelledby="words">
<h2 id="words">Words you will meet</h2>
<dl class="words">
<div><dt>Key pair</dt>
<dd>A private key, which its owner never shows, and a public key, which is computed from it and which everybody may see. <b>Ephemeral</b> keys (<code>e</code>, <code>e1</code>) are made for one connection
and then thrown away. <b>Static</b> keys (<code>s</code>) are kept, and let the
programs recognise each other.</dd></div>
<div><dt>Shared secret</dt>
<dd>With X25519 each side combines its own private key with the other’s public key, and both get the
same 32 bytes; nobody knows a practical way to compute them from the two public keys alone. With a KEM one side makes the secret, and a KEM ciphertext carries it to the other.</dd></div>
<div><dt>Handshake</dt>
<dd>The first messages of a connection. The two sides exchange keys, compute secrets that nobody else
has, and prove that they hold their static private keys. It follows the Noise Protocol Framework, whose names
the values have.</dd></div>
<div><dt>Handshake hash, <code>h</code></dt>
<dd>One hash for the whole handshake so far: each new piece is hashed together with the hash before
it. If the two sides did not see the same bytes, their values of <code>h</code> differ, and the next tag
is wrong.</dd></div>
<div><dt>Chaining key, <code>ck</code></dt>
<dd>32 bytes into which the shared secrets are mixed, one after the other. It begins as a value that
everybody can compute, and is secret from the first shared secret on. The encryption keys are derived
along with it.</dd></div>
<div><dt>Frame and record</dt>
<dd>A <b>frame</b> is a length of 4 bytes, and then as many bytes as it says. After the handshake every
frame holds one <b>record</b>: an encrypted piece of the conversation, with a tag of its own.</dd></div>
<div><dt>CBOR</dt>
<dd>A compact binary relative of JSON (RFC 8949), in which chat messages are encoded.</dd></div>
<div><dt>Eve</dt>
<dd>The usual name for an eavesdropper on the wire. She can see and keep every byte that is sent, and
she knows exactly how the programs work, but she has none of their keys.</dd></div>
</dl>
</section>`;
