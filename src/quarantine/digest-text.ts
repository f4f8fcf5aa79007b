/** PURE. The plain text of a digest: complete in itself, for programs and people who like it so. */
import type { ShownDigest, ShownItem } from './digest-shown.ts';

const LINE_MAX_CHARS = 72;

/** @returns lines of at most 72 characters, but for addresses and links, which are never broken; `\n` between them */
export function digestText(digest: ShownDigest): string {
  const { phrase, title, intro, items, others, all, notes, settings, stop } = digest;
  const phraseLines = [...wrapped(phrase.says), ...wrapped(phrase.why), ...(phrase.url === null ? [] : [phrase.url])];
  const blocks = [
    ...(phrase.url === null ? [phraseLines] : []),
    [title, '='.repeat(Math.min(title.length, LINE_MAX_CHARS)), ...wrapped(intro)],
    ...items.map(itemLines),
    others.flatMap((each) => wrapped(each)),
    [`${all.says}:`, all.url],
    ...(phrase.url === null ? [] : [phraseLines]),
    ['-- '],
    notes.flatMap((each) => wrapped(each)),
    [`${settings.says}:`, settings.url],
    [`${stop.says}:`, stop.url],
  ];
  return `${blocks.filter((block) => block.length > 0).map((block) => block.join('\n')).join('\n\n')}\n`;
}

function itemLines(item: ShownItem, index: number): readonly string[] {
  const number = `${index + 1}. `;
  const indent = ' '.repeat(number.length);
  const facts = [`${item.address} (${item.proof})`, ...(item.beside.length === 0 ? [] : [item.beside.join(', ')]), `${item.when}. ${item.why}`];
  return [
    ...wrapped(item.subject, number, indent),
    ...facts.flatMap((each) => wrapped(each, indent, indent)),
    ...item.links.flatMap(({ says, url }) => [`${indent}${says}:`, `${indent}${url}`]),
  ];
}

function wrapped(text: string, first: string = '', indent: string = ''): readonly string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ')) {
    const isStart = line === first || line === indent;
    if (!isStart && line.length + 1 + word.length > LINE_MAX_CHARS) {
      lines.push(line);
      line = indent + word;
    } else line += isStart ? word : ` ${word}`;
  }
  return [...lines, line];
}
