/**
 * PURE. The weights of the first scorer: set by hand, in log-odds (positive: unwanted), each with its reason.
 *
 * They follow how often each signal stood in unwanted and in wanted mail of the SpamAssassin public corpus (2002-03) and of
 * public mailing-list archives (2019-25), but are held well below what those figures allow wherever honest business mail
 * does the same: offers, invoices and newsletters have pictures, amounts, numbers and capitals. Signals of a message's
 * class alone (free mail, a list's fields, no signature) weigh nothing.
 */

export interface Weight {
  readonly signal: string;
  /** Counts only where the signal has this value; null: whenever it is present. */
  readonly value: string | null;
  readonly logOdds: number;
  readonly because: string;
}

const row = (signal: string, logOdds: number, because: string, value: string | null = null): Weight => ({ signal, value, logOdds, because });

/** Log-odds of a message of which nothing is known: most of what gets this far is wanted. */
export const BIAS = -2;

export const WEIGHTS: readonly Weight[] = [
  // Who it is from
  row('author-authentic', -0.4, 'its own domain vouches for the author; spammers can have that too'),
  row('dkim-aligned', -0.4, 'signed by the author: somebody stands for it'),
  row('answers', -1.3, 'refers to an earlier message; easily forged, seldom done'),
  row('dmarc-policy', 2.2, 'forged according to the domain itself', 'reject'),
  row('dmarc-policy', 1.8, 'forged according to the domain itself', 'quarantine'),
  row('dmarc-policy', 0.5, 'fails, but the domain only watches', 'none'),
  row('spf', 1, 'the domain says that this server may not send for it; forwarding breaks this too', 'fail'),
  row('spf', 0.4, 'the domain doubts this server', 'softfail'),
  row('spf-helo', 0.6, 'the server does not own the name it gives', 'fail'),
  row('dkim', 0.3, 'signed, and changed since; lists do that too', 'fail'),
  row('dkim-partial', 0.8, 'anybody may have added to it'),
  row('dkim-too-many', 0.5, 'a way to keep filters busy'),
  row('from-missing', 1.5, 'no author'),
  row('from-fields', 2, 'a way to show one author and prove another'),
  row('from-authors', 0.7, 'rare in honest mail'),
  row('from-null-domain', 1, 'nobody can answer'),
  row('name-brand', 2, "another company's name"),
  row('address-brand', 1.5, "another company's name in the domain"),
  row('name-other-address', 1.5, 'shows an address that is not the real one'),
  row('name-our-domain', 1.5, 'pretends to be one of us'),
  row('name-mixed-letters', 1.5, 'letters chosen to deceive'),
  row('name-invisible', 1.2, 'characters chosen to deceive'),
  row('name-shouting', 0.7, 'some companies do write their name in capitals'),
  row('name-odd-characters', 0.8, 'meant to catch the eye'),
  row('address-random', 0.4, 'made by a machine; so are some honest ones'),
  row('address-punycode', 0.4, 'honest where people write so; also used to look alike'),
  row('reply-to-free-mail', 1.6, 'a company does not collect answers at a free mailbox'),
  row('reply-other-free-mail', 2, 'the sending mailbox will be closed, the other stays'),
  row('reply-lookalike', 1.5, 'answers led astray by a typing mistake'),
  // Form
  row('date-missing', 0.8, 'written by a careless script'),
  row('date-unreadable', 1, 'written by a careless script'),
  row('date-ahead', 1.7, 'stays on top of the inbox'),
  row('date-old', 0.8, 'or long under way'),
  row('message-id-missing', 0.8, 'written by a careless script'),
  row('message-id-odd', 1.2, 'written by a careless script'),
  row('field-twice', 0.7, 'programs disagree on what it says'),
  row('recipients-hidden', 0.8, 'sent to many at once; so are invitations'),
  row('priority-high', 0.6, 'urgency is a tool of fraud, and a habit of some'),
  row('malformed-header-8bit', 0.9, 'written by a careless script'),
  row('malformed-address-without-at', 0.8, 'nobody can answer'),
  row('malformed-address-two-in-one', 1.5, 'programs disagree on whose message it is'),
  row('malformed-address-encoded', 1.5, 'hides the real address'),
  row('malformed-boundary-not-closed', 0.6, 'cut off, or made to be read differently'),
  row('malformed-boundary-missing', 1, 'made to be read differently'),
  row('malformed-boundary-like', 1, 'made to be read differently'),
  row('malformed-boundary-nested-same', 1, 'made to be read differently'),
  row('malformed-parts-after-end', 1, 'made to be read differently'),
  row('malformed-content-type-duplicate', 1.2, 'made to be read differently'),
  row('malformed-encoding-on-multipart', 1.2, 'no mail program does this'),
  row('malformed-encoding-unknown', 1, 'no mail program does this'),
  row('malformed-base64-after-padding', 1.2, 'hides what follows from some readers'),
  row('malformed-base64-invalid', 0.8, 'broken, or hides something'),
  row('malformed-qp-invalid', 0.9, 'written by a careless script'),
  row('malformed-charset-unknown', 0.9, 'written by a careless script'),
  row('malformed-charset-mismatch', 0.6, 'written by a careless script, or an old program'),
  row('malformed-charset-utf7', 1.5, 'hides HTML from filters'),
  row('malformed-nul-byte', 1.2, 'cuts off what some readers see'),
  row('malformed-line-too-long', 0.4, 'written by a careless script'),
  row('malformed-zero-width-text', 0.6, 'breaks up words that filters look for; some programs leave such characters behind'),
  row('malformed-direction-override', 0.8, 'shows something other than what stands there'),
  row('malformed-filename-disagree', 0.1, 'mostly an old program'),
  // Subject
  row('subject-missing', 0.6, 'forgotten, or a script'),
  row('subject-shouting', 1, 'meant to catch the eye'),
  row('subject-punctuation', 0.9, 'meant to catch the eye'),
  row('subject-spaced', 1.6, 'hides a word from filters'),
  row('subject-mixed-letters', 1.8, 'hides a word from filters'),
  row('subject-invisible', 1.4, 'hides a word from filters'),
  row('subject-false-reply', 1, 'pretends that we have met; some programs lose the reference'),
  row('subject-encoded-needlessly', 0.5, 'hides a word from filters; some programs do it'),
  row('subject-money', 0.6, 'a lure, and everyday business'),
  row('subject-symbols', 0.6, 'meant to catch the eye; so do honest shops'),
  row('subject-number-end', 0.4, 'generated; so are order confirmations'),
  row('subject-names-recipient', 1.2, 'personal by machine'),
  row('subject-long', 0.3, 'says everything at once'),
  // Links
  row('link-text-differs', 1.1, 'says one site, leads to another; trackers do so too'),
  row('link-to-address', 1.9, 'no name to be held to'),
  row('link-user', 1.4, 'looks as if it led elsewhere'),
  row('link-port', 0.5, 'not a usual web site'),
  row('link-punycode', 0.6, 'may look like another'),
  row('link-mixed-letters', 1.8, 'looks like another'),
  row('link-brand', 1.5, "another company's name in the host"),
  row('link-shortener', 0.6, 'hides the target'),
  row('link-free-hosting', 0.3, 'anybody can put up a page there'),
  row('link-odd-suffix', 0.7, 'cheap and much abused'),
  row('link-script', 0.8, 'not an address'),
  row('link-unreadable', 0.4, 'not an address'),
  row('link-many-hyphens', 1, 'names made by the thousand'),
  row('link-deep-host', 0.3, 'names made by the thousand'),
  row('link-single', 0.5, 'a call to click and nothing else'),
  // HTML
  row('html-hidden-text', 0.9, 'text for filters, not for readers'),
  row('html-mostly-hidden', 1.6, 'text for filters, not for readers'),
  row('html-password', 1.6, 'nobody asks for a password in a mail'),
  row('html-form', 0.4, 'seldom of use in a mail'),
  row('html-script', 0.3, 'does not run in mail'),
  row('html-only', 0.7, 'no plain text beside it; some programs write so'),
  row('html-image-only', 1.6, 'text as a picture escapes filters'),
  row('html-remote-images', 0.4, 'tells the sender who read it; every newsletter does'),
  row('text-short', 0.7, 'nothing to judge'),
  // Attachments
  row('attachment-executable', 3.5, 'runs when opened'),
  row('attachment-script', 1, 'runs on some computers; developers send such files'),
  row('attachment-disguised', 3, 'pretends to be something else'),
  row('attachment-reversed', 2.5, 'pretends to be something else'),
  row('attachment-macros', 1.2, 'runs when opened and allowed'),
  row('attachment-old-office', 0.2, 'may run when opened'),
  row('attachment-encrypted', 1.2, 'nobody can look inside'),
  row('attachment-disk-image', 2, 'brings programs past warnings'),
  row('attachment-archive', 0.3, 'brings programs past filters, and documents past size limits'),
  row('attachment-page', 0.7, 'a usual way to bring a false sign-in form'),
  row('attachment-page-form', 1, 'asks for something where no filter of links looks'),
  row('attachment-type-differs', 0.8, 'pretends to be something else'),
  row('attachment-type-vague', 0.3, 'some programs know no better'),
  row('attachment-long-name', 0.8, 'its ending is out of sight'),
  row('attachment-only', 0.7, 'no word of what it is'),
];
