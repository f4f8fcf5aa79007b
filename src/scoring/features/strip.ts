/**
 * PURE. What programs, lists and correspondents put around a text: it says which collection or list a message is of,
 * not whether it is wanted.
 */
import { kindAt, unitsOf, WHITE } from './units.ts';

/** `Re:`, `Fwd:` and list names in brackets in front of a subject, in any order. */
const SUBJECT_FRONT = /^\s*(?:(?:re|fwd?|aw|wg|sv|vs|antw|doorst|tr|rv|rif|enc|odp|ynt|ilt|отв?|ответ|回复|转发|答复|返信|転送)(?:\[\d+\]|\^\d+)?\s*[:：]\s*|\[[^\]]{1,60}\]\s*)+/iu;

/** A subject without reply marks and list tags. */
export const bareSubject = (subject: string): string => subject.slice(0, 1000).replace(SUBJECT_FRONT, '');

/** `On … wrote:` and its like: the last words, in front of a colon at the end of the line. */
const ATTRIBUTION = /(?:\bwrote|\bwrites|\bsaid|\bschrieb|\bescribi[oó]|\ba écrit|\bha scritto|\bescreveu|\bschreef|\bskrev|\bnapisa[łl]\(?a?\)?|\byazdı|пишет|написала?|写道|のメッセージ)\s?[:：]\s*$/iu;
const FORWARDED = /^[ \t]*-{2,}\s*(?:original message|forwarded (?:message|by)|ursprüngliche nachricht|weitergeleitete|message d'origine|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|orijinal (?:ileti|mesaj)|исходное сообщение|пересылаемое)/iu;
/** Header fields quoted in the text below a forward or a reply. */
const QUOTED_FIELD = /^\s*\**(?:from|to|cc|sent|date|subject|reply-to|message-id|in-reply-to|references|von|an|gesendet|datum|betreff|de|à|envoyé|objet|para|enviado|asunto|da|inviato|oggetto|van|aan|verzonden|onderwerp|kimden|kime|tarih|konu|от|кому|отправлено|дата|тема)\s?:\**\s/iu;
/** Lines by which lists, archives and old programs sign. */
const LIST_LINE = /mailing[- ]list|listinfo|\blist (?:archive|info|admin)|majordomo|unsubscribe|subscribe to|to (?:un)?subscribe|abbestellen|listeden çık|\blists?\.[a-z-]+\.[a-z]{2,}|\bin the body of a message|sourceforge\.net|sponsored by:?\s*$|this sf\.net|please read the faq/iu;
/** What a line is left out for, wherever it stands. */
export const WORDINGS = [ATTRIBUTION, FORWARDED, QUOTED_FIELD, LIST_LINE] as const;
const RULE = /^[ \t]*[_=~*#-]{5,}[ \t]*$/;
const SHORT_LINE = 200;

const RULE_MARKS: ReadonlySet<number> = new Set(Array.from('_=~*#-', (mark) => mark.charCodeAt(0)));
/** The longest name of a quoted field, and the space behind it. */
const FIELD_CHARS_MAX = 12;
const LINE_FEED = 0x0a, RETURN = 0x0d, TAB = 0x09, SPACE = 0x20, HYPHEN = 0x2d, STAR = 0x2a, COLON = 0x3a, WIDE_COLON = 0xff1a, GREATER = 0x3e, BAR = 0x7c;

/** Three letters of each wording in LIST_LINE that are seldom elsewhere: lines without them need no closer look. */
const LIST_HINTS = ['lis', 'jor', 'scr', 'bbe', 'ody', 'cef', 'pon', 'sf.', 'faq'];
/** By the lower five bits of three characters: letters are the same in both cases. */
const isHint = new Uint8Array(0x8000);
for (const hint of LIST_HINTS) isHint[Array.from(hint).reduce((key, letter) => (key << 5) | (letter.charCodeAt(0) & 0x1f), 0)] = 1;

const DROPPED = -1;

/**
 * The words that the author wrote or quoted. Quote marks go, quoted words stay. Lines are judged only while they are
 * short: HTML comes as one long line.
 */
export function bareText(text: string): string {
  if (!text.includes('\n')) return text;
  const units = unitsOf(text);
  // Besides S, an old form of s is the same letter to LIST_LINE.
  const isAnyHint = text.includes('\u017f');
  // The last line ends like all others.
  units[text.length] = LINE_FEED;
  const kept: string[] = [];
  // Lines that stay as they are, from this one on, are copied together.
  let from = DROPPED, signature = false;
  for (let start = 0, end = 0; start <= text.length; start = end + 1) {
    let key = 0, begin = start, hints = 0;
    end = start;
    for (let unit = units[end] as number; unit !== LINE_FEED; unit = units[++end] as number) {
      key = ((key << 5) | (unit & 0x1f)) & 0x7fff;
      hints |= isHint[key] as number;
    }
    const hint = isAnyHint || hints !== 0;
    if (isSignatureMark(units, start, end)) {
      signature = true;
      begin = DROPPED;
    } else if (end - start <= SHORT_LINE) {
      if (isRule(text, units, start, end)) begin = DROPPED;
      else {
        signature &&= !endsSignature(text, units, start, end);
        begin = signature || isAround(text, units, start, end, hint) ? DROPPED : behindQuoteMarks(units, start);
      }
    }
    if (begin !== start && from !== DROPPED) kept.push(text.slice(from, start - 1));
    if (begin !== start || from === DROPPED) from = begin;
  }
  if (from === 0) return text;
  if (from !== DROPPED) kept.push(text.slice(from));
  return kept.join('\n');
}

/** A line of two hyphens and a space begins a signature (RFC 3676 section 4.3); an empty line or quoted words end it for us. */
function isSignatureMark(units: Uint16Array, start: number, end: number): boolean {
  if (units[start] !== HYPHEN || units[start + 1] !== HYPHEN || end - start > 4) return false;
  const behind = start + (units[start + 2] === SPACE ? 3 : 2);
  return behind === end || (behind + 1 === end && units[behind] === RETURN);
}

const endsSignature = (text: string, units: Uint16Array, start: number, end: number): boolean => behindQuoteMarks(units, start) > start || text.slice(start, end).trim() === '';

const isRule = (text: string, units: Uint16Array, start: number, end: number): boolean => RULE_MARKS.has(units[behindBlanks(units, start)] as number) && RULE.test(text.slice(start, end));

/** Whether programs or lists wrote the line. Each expression is only asked where its beginning or its end is there. */
function isAround(text: string, units: Uint16Array, start: number, end: number, hint: boolean): boolean {
  let last = end - 1;
  while (last >= start && (kindAt(units, last) & WHITE) !== 0) last--;
  if (last < start) return false;
  if ((units[last] === COLON || units[last] === WIDE_COLON) && ATTRIBUTION.test(text.slice(start, end))) return true;
  const first = behindBlanks(units, start);
  if (units[first] === HYPHEN && units[first + 1] === HYPHEN && FORWARDED.test(text.slice(start, end))) return true;
  return (maybeField(units, start, end) && QUOTED_FIELD.test(text.slice(start, end))) || (hint && LIST_LINE.test(text.slice(start, end)));
}

function maybeField(units: Uint16Array, start: number, end: number): boolean {
  let i = start;
  while (i < end && (kindAt(units, i) & WHITE) !== 0) i++;
  while (units[i] === STAR) i++;
  const farthest = Math.min(end - 1, i + FIELD_CHARS_MAX);
  while (i < farthest && units[i] !== COLON) i++;
  return units[i] === COLON;
}

function behindBlanks(units: Uint16Array, start: number): number {
  let i = start;
  while (units[i] === SPACE || units[i] === TAB) i++;
  return i;
}

/** Marks in front of quoted words, each with a blank or without. The line's end stops both: it is neither. */
function behindQuoteMarks(units: Uint16Array, start: number): number {
  const first = behindBlanks(units, start);
  let i = first;
  while (units[i] === GREATER || units[i] === BAR || units[i] === COLON) i += units[i + 1] === SPACE || units[i + 1] === TAB ? 2 : 1;
  return i === first ? start : i;
}
