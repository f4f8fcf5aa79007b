/**
 * PURE. What programs, lists and correspondents put around a text: it says which collection or list a message is of,
 * not whether it is wanted.
 */

/** `Re:`, `Fwd:` and list names in brackets in front of a subject, in any order. */
const SUBJECT_FRONT = /^\s*(?:(?:re|fwd?|aw|wg|sv|vs|antw|doorst|tr|rv|rif|enc|odp|ynt|ilt|отв?|ответ|回复|转发|答复|返信|転送)(?:\[\d+\]|\^\d+)?\s*[:：]\s*|\[[^\]]{1,60}\]\s*)+/iu;

/** A subject without reply marks and list tags. */
export const bareSubject = (subject: string): string => subject.slice(0, 1000).replace(SUBJECT_FRONT, '');

const QUOTE_MARKS = /^[ \t]*(?:[>|:][ \t]?)+/;
/** `On … wrote:` and its like: the last words, in front of a colon at the end of the line. */
const ATTRIBUTION = /(?:\bwrote|\bwrites|\bsaid|\bschrieb|\bescribi[oó]|\ba écrit|\bha scritto|\bescreveu|\bschreef|\bskrev|\bnapisa[łl]\(?a?\)?|\byazdı|пишет|написала?|写道|のメッセージ)\s?[:：]\s*$/iu;
const FORWARDED = /^[ \t]*-{2,}\s*(?:original message|forwarded (?:message|by)|ursprüngliche nachricht|weitergeleitete|message d'origine|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|orijinal (?:ileti|mesaj)|исходное сообщение|пересылаемое)/iu;
/** Header fields quoted in the text below a forward or a reply. */
const QUOTED_FIELD = /^\s*\**(?:from|to|cc|sent|date|subject|reply-to|message-id|in-reply-to|references|von|an|gesendet|datum|betreff|de|à|envoyé|objet|para|enviado|asunto|da|inviato|oggetto|van|aan|verzonden|onderwerp|kimden|kime|tarih|konu|от|кому|отправлено|дата|тема)\s?:\**\s/iu;
/** Lines by which lists, archives and old programs sign. */
const LIST_LINE = /mailing[- ]list|listinfo|\blist (?:archive|info|admin)|majordomo|unsubscribe|subscribe to|to (?:un)?subscribe|abbestellen|listeden çık|\blists?\.[a-z-]+\.[a-z]{2,}|\bin the body of a message|sourceforge\.net|sponsored by:?\s*$|this sf\.net|please read the faq/iu;
const RULE = /^[ \t]*[_=~*#-]{5,}[ \t]*$/;
const SHORT_LINE = 200;

/**
 * The words that the author wrote or quoted. Quote marks go, quoted words stay. Lines are judged only while they are
 * short: HTML comes as one long line.
 */
export function bareText(text: string): string {
  if (!text.includes('\n')) return text;
  const kept: string[] = [];
  let signature = false;
  for (const line of text.split('\n')) {
    // A line of two hyphens and a space begins a signature (RFC 3676 section 4.3); an empty line or a rule ends it for us.
    if (/^-- ?\r?$/.test(line)) {
      signature = true;
      continue;
    }
    if (line.length > SHORT_LINE) {
      kept.push(line);
      continue;
    }
    if (RULE.test(line)) continue;
    if (signature) {
      if (line.trim() !== '' && !QUOTE_MARKS.test(line)) continue;
      signature = false;
    }
    if (ATTRIBUTION.test(line) || FORWARDED.test(line) || QUOTED_FIELD.test(line) || LIST_LINE.test(line)) continue;
    kept.push(line.replace(QUOTE_MARKS, ''));
  }
  return kept.join('\n');
}
