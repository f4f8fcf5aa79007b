/** Letters that tests send, and what makes a filter act on them. */

/** The Generic Test for Unsolicited Bulk Email, put together here so that this file is not itself taken for spam. */
export const GTUBE = ['XJS*C4JDBQADN1.NSBN3*2IDNEN*', 'GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL', '*C.34X'].join('');

export interface Letter {
  readonly from: string;
  readonly to: string;
  /** Unique: part of the subject, the Message-ID and the text. */
  readonly name: string;
  /** Whether every filter must take it for spam. */
  readonly spam?: boolean;
}

/** Header and body; lines end with `\n`. */
export function letter({ from, to, name, spam = false }: Letter): string {
  return [
    'Date: Mon, 05 Jan 2026 10:00:00 +0000', `From: Anna Walker <${from}>`, `To: <${to}>`, `Subject: About ${name}`,
    `Message-ID: <${name.replaceAll(' ', '.')}@${from.slice(from.indexOf('@') + 1)}>`, 'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', '',
    'Good morning,', '', `this is about ${name}. Our next visit is on Thursday; please tell us which door to use.`, ...(spam ? ['', GTUBE] : []), '', 'Kind regards,', 'Anna Walker', '',
  ].join('\n');
}
