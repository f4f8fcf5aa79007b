/**
 * PURE. What the sender is told: one table of our own replies, verdicts into replies, replies into lines.
 * Enhanced codes are those of RFC 3463 and its registry; ours carry them whether or not the next hop's do.
 */
import { replyLineMaxBytes, intake } from '../message/limits.ts';
import type { Reply } from '../pipeline.ts';
import type { Verdict } from '../policy/verdict.ts';

/** @param enhanced RFC 3463 code or null; @param text '\n' between lines */
export function reply(code: number, enhanced: string | null, text: string): Reply {
  return Object.freeze({ code, enhanced, text });
}

/** Everything that we say to a sender ourselves, but for the words of policies and what the relay client says of the next hop (actions/relay-connection.ts). */
export const replies = Object.freeze({
  flushed: reply(250, '2.0.0', 'Ok'),
  bye: reply(221, '2.0.0', 'Bye'),
  help: reply(214, '2.0.0', 'This is a mail filter; it speaks SMTP as in RFC 5321'),
  cannotVerify: reply(252, '2.0.0', 'Addresses are not verified; send the message and see'),
  startData: reply(354, null, 'End data with <CR><LF>.<CR><LF>'),
  startTls: reply(220, '2.0.0', 'Ready to start TLS'),

  talksTooSoon: reply(421, '4.7.0', 'You talk too soon'),
  http: reply(421, '4.7.0', 'HTTP requests are not allowed'),
  unknownCommand: reply(500, '5.5.2', 'Command not recognized'),
  tooManyUnknown: reply(421, '4.7.0', 'Too many unrecognized commands'),
  needHello: reply(503, '5.5.1', 'Send HELO/EHLO first'),
  needLhlo: reply(503, '5.5.1', 'Send LHLO first'),
  notImplemented: reply(502, '5.5.1', 'Command not implemented'),
  noParameters: reply(501, '5.5.4', 'This command takes no parameters'),
  badHello: reply(501, '5.5.4', 'Give one host name or address literal'),
  badSender: reply(501, '5.1.7', 'Write MAIL FROM:<address>'),
  badRecipient: reply(501, '5.1.3', 'Write RCPT TO:<address>'),
  badParameter: reply(501, '5.5.4', 'A parameter is malformed or given twice'),
  needsUtf8: reply(553, '5.6.7', 'An address with other than ASCII characters needs SMTPUTF8'),
  notUtf8: reply(501, '5.5.4', 'The command is not valid UTF-8'),
  controlCharacters: reply(500, '5.5.2', 'Control characters are not allowed in commands'),
  bareLineFeed: reply(500, '5.5.2', 'End every line with CR LF'),
  lineTooLong: reply(500, '5.5.6', 'Line too long'),
  senderTwice: reply(503, '5.5.1', 'MAIL was already given'),
  needSender: reply(503, '5.5.1', 'Give MAIL first'),
  needRecipient: reply(503, '5.5.1', 'Give RCPT first'),
  noValidRecipients: reply(554, '5.5.1', 'No valid recipients'),
  inTransaction: reply(503, '5.5.1', 'A mail transaction is under way'),
  notTrusted: reply(550, '5.7.0', 'Not allowed from here'),
  tlsActive: reply(503, '5.5.1', 'TLS is already active'),
  tlsBroken: reply(454, '4.7.0', 'TLS is not available just now'),
  badForward: reply(501, '5.5.4', 'A parameter is malformed'),

  tooManyConnections: reply(421, '4.7.0', 'Too many connections, please try again later'),
  tooManyOfYours: reply(421, '4.7.0', 'Too many connections from your address, please try again later'),
  tooManyCommands: reply(421, '4.7.0', 'Too many commands without a message'),
  tooManyRecipients: reply(452, '4.5.3', 'Too many recipients'),
  timeout: reply(421, '4.4.2', 'Too long without a complete command or message'),
  broken: reply(421, '4.3.0', 'Something went wrong here, please try again later'),
  shuttingDown: reply(421, '4.3.2', 'Shutting down, please try again later'),

  tooLarge: reply(552, '5.3.4', 'The message is larger than is accepted here'),
  noRoom: reply(451, '4.3.1', 'Too many messages are under way just now, please try again later'),
  bareCr: reply(550, '5.6.0', 'The message holds a CR without LF (RFC 5322 section 2.3)'),
  bareLf: reply(550, '5.6.0', 'The message holds an LF without CR (RFC 5322 section 2.3)'),
  tooManyHops: reply(554, '5.4.6', 'Too many Received fields: the message seems to go round in circles'),

  storageFull: reply(452, '4.3.1', 'There is no room for this message at the moment, please try again later'),
  notStored: reply(451, '4.3.0', 'The message could not be stored at the moment, please try again later'),

  nextHopUnreachable: reply(451, '4.4.1', 'The mail server behind this filter cannot be reached just now, please try again later'),
  nextHopChanged: reply(451, '4.4.0', 'The mail server behind this filter no longer offers what this message needs, please try again'),
  nextHopUnclear: reply(451, '4.4.0', 'The mail server behind this filter gave no clear answer, please try again later'),
  failed: reply(451, '4.3.0', 'The message could not be examined just now, please try again later'),
});

/** What keeps a message from being judged at all. */
export type ContentProblem = 'bare-cr' | 'bare-lf' | 'too-large' | 'no-room';
/** The answer to each. */
export const contentReplies: Readonly<Record<ContentProblem, Reply>> = Object.freeze({
  'bare-cr': replies.bareCr, 'bare-lf': replies.bareLf, 'too-large': replies.tooLarge, 'no-room': replies.noRoom,
});

/** RFC 2033 section 4.1. */
export const notInLmtp = (verb: string): Reply => reply(500, '5.5.1', `${verb} is not for LMTP; say LHLO`);

/** A MAIL or RCPT parameter that was not offered. */
export const notOffered = (keyword: string): Reply => reply(555, '5.5.4', `${keyword} is not offered here`);

/**
 * The reply for a recipient whose message does not go on to the next hop; those of delivered mail are the next hop's.
 * @param reference our id of the transaction, for the sender to quote
 */
export function replyOfVerdict(verdict: Pick<Verdict, 'action' | 'words'>, reference: string): Reply {
  switch (verdict.action) {
    case 'reject':
      return reply(550, '5.7.1', withReference(verdict.words ?? 'The message was not accepted', reference));
    case 'ask-to-retry':
      return reply(451, '4.7.1', withReference(verdict.words ?? 'Please try again in a few minutes', reference));
    default:
      // Where it went is not the sender's business, and would teach those who try.
      return reply(250, '2.0.0', withReference('Accepted', reference));
  }
}

const withReference = (words: string, reference: string): string => `${words} [${reference}]`;

/** A next hop's reply as it may be passed on: its 421 ends its connection, not this one; what is no final reply is unclear. */
export function passedOn(given: Reply): Reply {
  if (given.code === 421) return reply(451, given.enhanced, given.text);
  return given.code >= 200 && given.code < 600 && (given.code < 300 || given.code >= 400) ? given : replies.nextHopUnclear;
}

/**
 * The one reply of SMTP for all recipients. A 2xx only when everybody has one: otherwise the sender must hear of it,
 * and rather sends again than gives up (RFC 5321 section 4.2.5 knows no partial success).
 */
export function replyForAll(each: readonly Reply[]): Reply {
  const class_ = (digit: number): Reply | undefined => each.find((one) => Math.floor(one.code / 100) === digit);
  return class_(4) ?? class_(5) ?? each[0] ?? replies.failed;
}

export interface LineOptions {
  /** The client asked for SMTPUTF8, so that replies may hold UTF-8 (RFC 6531 section 3.7.4.2). */
  readonly utf8: boolean;
}

/** The lines as they go out, with CRLF: at most 512 octets each (RFC 5321 section 4.5.3.1.5), nothing in them that could be another reply. */
export function replyLines(given: Reply, options: LineOptions): string {
  const head = given.enhanced === null ? '' : `${given.enhanced} `;
  if (SIMPLE.test(given.text)) return `${given.code} ${head}${given.text}`.trimEnd() + '\r\n';
  const roomBytes = replyLineMaxBytes - 4 - head.length;
  const lines = given.text.split('\n').map(clean).flatMap((line) => fold(options.utf8 ? line : asciiWords(line), roomBytes));
  // The reference stands at the end, so what is too much goes from the middle.
  if (lines.length > intake.replyLinesMax) lines.splice(intake.replyLinesMax - 1, lines.length - intake.replyLinesMax);
  return lines.map((line, i) => `${given.code}${i < lines.length - 1 ? '-' : ' '}${head}${line}`.trimEnd() + '\r\n').join('');
}

/** Most replies: one short line of ASCII. */
const SIMPLE = /^[\x20-\x7e]{0,400}$/;

const clean = (line: string): string => line.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');

/** Breaks at spaces, or in the middle of what has none; never within a character. */
function fold(line: string, roomBytes: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (Buffer.byteLength(rest) > roomBytes) {
    let end = 0;
    for (let bytes = 0; end < rest.length; ) {
      const char = String.fromCodePoint(rest.codePointAt(end) as number);
      bytes += Buffer.byteLength(char);
      if (bytes > roomBytes) break;
      end += char.length;
    }
    const space = rest.lastIndexOf(' ', end);
    const cut = space > 0 ? space : end;
    lines.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return [...lines, rest];
}

/** Letters that do not come apart into a plain one and an accent. */
const PLAIN: Readonly<Record<string, string>> = { ı: 'i', ß: 'ss', æ: 'ae', Æ: 'AE', ø: 'o', Ø: 'O', đ: 'd', Đ: 'D', ł: 'l', Ł: 'L', '‘': "'", '’': "'", '“': '"', '”': '"', '„': '"', '–': '-', '—': '-', '…': '...', '\u00a0': ' ' };

/** Russian and Ukrainian in Latin letters, as people write them where they have no others. */
const CYRILLIC = new Map([...'абвгґдеєзиійклмнопрстуфъыьэ'].map((letter, i) => [letter, [...'abvggdeeziiyklmnoprstuf_y_e'][i]!.replace('_', '')] as const));
for (const pair of 'ж zh,ї yi,ё yo,х kh,ц ts,ч ch,ш sh,щ shch,ю yu,я ya'.split(',')) CYRILLIC.set(pair[0]!, pair.slice(2));

function latin(char: string): string {
  const lower = char.toLowerCase();
  const letters = CYRILLIC.get(lower);
  if (letters === undefined) return PLAIN[char] ?? char;
  return lower === char ? letters : letters.charAt(0).toUpperCase() + letters.slice(1);
}

/** For clients that did not ask for SMTPUTF8: accents are left out, Cyrillic is written in Latin letters, the rest becomes `?`. */
export function asciiWords(text: string): string {
  if (/^[\u0000-\u007f]*$/.test(text)) return text;
  const apart = text.normalize('NFC').replace(/[^\u0000-\u007f]/g, latin).normalize('NFKD').replace(/\p{M}/gu, '');
  return apart.replace(/[^\u0000-\u007f]+/gu, '?');
}
