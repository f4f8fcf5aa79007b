/** What the walker finds in a message's bytes. Values only; offsets count bytes from the start of the message. */

export interface HeaderField {
  /** As written, without the colon. */
  readonly name: string;
  /** Lower-case name. */
  readonly key: string;
  /** Unfolded, without leading and trailing white space; bytes read as UTF-8 where valid, else as Latin-1; encoded words not yet decoded. */
  readonly value: string;
  readonly start: number;
  /** Behind the field's last CRLF. */
  readonly end: number;
}

export interface Mailbox {
  /** Display name with encoded words decoded; '' if there is none. */
  readonly name: string;
  /** addr-spec as written, without angle brackets. */
  readonly address: string;
}

export interface Part {
  /** `1`, `1.2`, `1.2.1`: as IMAP numbers them; the root of a multipart is ''. */
  readonly path: string;
  readonly depth: number;
  /** Lower-case type/subtype; `text/plain` when absent or unreadable (RFC 2045 section 5.2). */
  readonly type: string;
  /** Parameters of Content-Type with lower-case names, RFC 2231 joined and decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly disposition: 'attachment' | 'inline' | null;
  /** From Content-Disposition, else from Content-Type's name; decoded; null if none. */
  readonly filename: string | null;
  /** Every further name that some program might show for the same part (plain beside RFC 2231 form, name beside filename). */
  readonly otherFilenames: readonly string[];
  /** Bytes that header offsets, start, bodyStart and bodyEnd refer to where the part stands inside an encoded message; null: the message itself. */
  readonly within: Buffer | null;
  /** Lower-case Content-Transfer-Encoding; `7bit` when absent. */
  readonly encoding: string;
  readonly header: readonly HeaderField[];
  readonly start: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  /** Sub-parts of multipart/*, the message inside message/rfc822, and uuencoded files inside text/plain (encoding `x-uuencode`). */
  readonly children: readonly Part[];
}

export interface Link {
  /** As written in the message, entities decoded. */
  readonly url: string;
  /** What the reader sees for it; equal to url in plain text. */
  readonly text: string;
  readonly where: 'html' | 'text';
}

export interface HtmlFacts {
  /** Text that a reader sees, white space folded. */
  readonly visibleText: string;
  /** Text that is there but hidden (display:none, zero size, same colour, …). */
  readonly hiddenText: string;
  readonly links: readonly Link[];
  /** src of images: remote ones (http, https, //) and inline ones (cid:, data:). */
  readonly remoteImages: number;
  readonly inlineImages: number;
  readonly forms: number;
  readonly passwordFields: number;
  readonly scripts: number;
}

/** One oddity of form. The catalogue of codes stands in `defects.ts`. */
export interface Defect {
  readonly code: string;
  /** Offset in the message. */
  readonly at: number;
}

/** Something that was not opened, so that nobody can say what is in it. */
export interface Unopened {
  /** `too-deep`, `too-many-parts`, `header-too-large`, `text-too-long`, `encrypted`, `too-large`, … */
  readonly reason: string;
  readonly path: string;
}

export interface Message {
  readonly header: readonly HeaderField[];
  readonly root: Part;
  /** All parts, parents before children. */
  readonly parts: readonly Part[];
  readonly defects: readonly Defect[];
  readonly unopened: readonly Unopened[];
  /** Decoded subject; '' when absent. */
  readonly subject: string;
  readonly from: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly messageId: string | null;
  /** What a reader sees: text/plain parts and rendered HTML, up to the limit; alternatives once (HTML preferred). */
  readonly text: string;
  /** Plain text that readers of HTML do not see, because an alternative is shown instead. */
  readonly alternativeText: string;
  /** Of all HTML parts together; null when there is none. */
  readonly html: HtmlFacts | null;
  /** Of attached HTML files, which readers open in a browser; null when there is none. */
  readonly attachedHtml: HtmlFacts | null;
  /** From HTML and from plain text. */
  readonly links: readonly Link[];
  /** ISO 639-1 guess from the script and common words of the text; null when unsure. */
  readonly language: string | null;
}
