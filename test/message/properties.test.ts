import * as fc from 'fast-check';
import { parse } from '../../src/message/limits.ts';
import { defectMeanings } from '../../src/message/defects.ts';
import type { Message, Part } from '../../src/message/message.ts';
import { decodePart, walk } from '../../src/message/walk.ts';

/** Pieces that mail is made of, so that random mail reaches deep into the walker. */
const piece = fc.oneof(
  fc.constantFrom('\r\n', '\r\n\r\n', '\n', '\r', '--X', '--X--', '--Y', 'Content-Type: ', 'multipart/mixed; boundary=X', 'multipart/alternative; boundary="Y"', 'message/rfc822', 'text/html',
    'text/plain; charset=utf-16', 'Content-Transfer-Encoding: base64', 'Content-Transfer-Encoding: quoted-printable', 'Content-Disposition: attachment; filename*0*=utf-8\'\'%41; filename="b"', 'From: ', 'a@b.example',
    '<', '>', '"', '(', ',', ';', ':', '=?utf-8?q?=C3?=', '=?x?b?YQ==?=', '=3D', '=\r\n', 'YWJj', '<div style="display:none">', '<a href="http://c.example">', '</a>', '<!--', '&amp;', 'begin 644 x\r\n#86)C\r\n', ' ', '\t', '\0', '\u200b', 'é'),
  fc.string({ maxLength: 20 }),
);
const mailLike = fc.array(piece, { maxLength: 120 }).map((pieces) => Buffer.from(pieces.join(''), 'utf8'));
const anything = fc.oneof(mailLike, fc.uint8Array({ maxLength: 4000 }).map((bytes) => Buffer.from(bytes)));

function checkConsistent(bytes: Buffer, message: Message): void {
  expect(message.parts[0]).toBe(message.root);
  expect(message.parts.length).toBeLessThanOrEqual(parse.partsMax);
  expect(new Set(message.parts).size).toBe(message.parts.length);
  const reached: Part[] = [];
  const visit = (part: Part): void => {
    reached.push(part);
    const source = part.within ?? bytes;
    expect(0 <= part.start && part.start <= part.bodyStart && part.bodyStart <= part.bodyEnd && part.bodyEnd <= source.length).toBe(true);
    let behind = part.start;
    for (const field of part.header) {
      expect(behind <= field.start && field.start < field.end && field.end <= part.bodyStart).toBe(true);
      behind = field.end;
    }
    for (const child of part.children) {
      expect(child.depth).toBe(part.depth + 1);
      if (child.within === part.within) expect(part.start <= child.start && child.bodyEnd <= part.bodyEnd).toBe(true);
      visit(child);
    }
  };
  visit(message.root);
  expect(new Set(reached)).toEqual(new Set(message.parts));
  expect(new Set(message.parts.map((part) => part.path)).size).toBe(message.parts.length);
  for (const defect of message.defects) {
    expect(Object.hasOwn(defectMeanings, defect.code)).toBe(true);
    expect(defect.at >= 0 && defect.at <= bytes.length).toBe(true);
  }
}

test('any bytes: no exception, a consistent tree, offsets in order and in range, bounded text', () => {
  fc.assert(fc.property(anything, (bytes) => {
    const message = walk(bytes);
    checkConsistent(bytes, message);
    expect(message.text.length).toBeLessThanOrEqual(parse.textMaxBytes);
    expect(message.links.length).toBeLessThanOrEqual(parse.linksMax);
    for (const part of message.parts) expect(decodePart(bytes, part, 50).data.length).toBeLessThanOrEqual(50);
  }), { numRuns: 2000 });
});

interface Tree {
  readonly text?: string;
  readonly encoding?: 'base64' | 'quoted-printable' | '8bit';
  readonly children?: readonly Tree[];
}

const leaf = fc.record({ text: fc.array(fc.constantFrom('word', 'sipariş', 'Привет', '=', '.', '--', ' ', '\r\n', 'a'.repeat(30)), { maxLength: 20 }).map((words) => words.join('')), encoding: fc.constantFrom('base64' as const, 'quoted-printable' as const, '8bit' as const) });
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof({ maxDepth: 4 }, leaf, fc.record({ children: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) })),
}));

function encode(text: string, encoding: string): string {
  const bytes = Buffer.from(text, 'utf8');
  if (encoding === 'base64') return bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
  if (encoding === '8bit') return text;
  return bytes.toString('latin1').replace(/[=\u0080-\u00ff]|[ \t](?=\r?\n|$)/g, (char) => `=${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`).replace(/(?:=[0-9A-F]{2}|[^=\r\n]){20}(?=[^\r\n])/g, '$&=\r\n');
}

function write(node: Tree, id: string): string {
  if (node.children === undefined) return `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ${node.encoding}\r\n\r\n${encode(node.text ?? '', node.encoding ?? '')}`;
  const parts = node.children.map((child, i) => `--=_b${id}_\r\n${write(child, `${id}.${i}`)}\r\n`).join('');
  return `Content-Type: multipart/mixed; boundary="=_b${id}_"\r\n\r\n${parts}--=_b${id}_--\r\n`;
}

const read = (bytes: Buffer, part: Part): Tree => (part.type.startsWith('multipart/') ? { children: part.children.map((child) => read(bytes, child)) } : { text: decodePart(bytes, part, 10_000).data.toString('utf8'), encoding: part.encoding as 'base64' });

test('a written MIME tree is read back as it was', () => {
  fc.assert(fc.property(tree, (node) => {
    const bytes = Buffer.from(write(node, '0'), 'utf8');
    const message = walk(bytes);
    expect(read(bytes, message.root)).toEqual(node);
    expect(message.defects).toEqual([]);
    expect(message.unopened).toEqual([]);
  }), { numRuns: 500 });
});
