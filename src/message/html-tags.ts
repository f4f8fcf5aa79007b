/** What matters of an element's name. */
import { NameTable } from './html-names.ts';

export interface Tag {
  /** Small letters. */
  readonly name: string;
  /** Has no content (HTML, "void elements", and old ones). */
  readonly isVoid: boolean;
  /** Stands within a line. */
  readonly isInline: boolean;
  /** Text in it is never shown, and is not hiding anything either. */
  readonly isSilent: boolean;
  /** A picture, a form, a script or a way elsewhere. */
  readonly isFact: boolean;
  /** Elements that close it when they open right in it (HTML, "optional tags"). */
  readonly closedBy: ReadonlySet<string> | null;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const VOID = words('area base basefont bgsound br col embed frame hr img image input keygen link meta param source track wbr');
const SILENT = words('script style template noframes noembed iframe datalist');
const INLINE = words('a abbr acronym b bdi bdo big cite code del dfn em font i img ins kbd label mark q s samp small span strike strong sub sup tt u var wbr nobr');
const FACTS = words('img image script form input area iframe frame embed object base meta');
const CELLS = words('td th tr tbody tfoot');
const CLOSED_BY: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['p', words('p div table ul ol dl h1 h2 h3 h4 h5 h6 hr pre form blockquote center section article header footer address')],
  ['li', words('li')], ['dt', words('dt dd')], ['dd', words('dt dd')], ['option', words('option optgroup')],
  ['td', CELLS], ['th', CELLS], ['tr', words('tr tbody tfoot')], ['head', words('body')], ['a', words('a')],
]);

const LISTED: readonly Tag[] = [...new Set([...VOID, ...SILENT, ...INLINE, ...CLOSED_BY.keys(), ...FACTS, 'html', 'body', 'title', 'noscript', 'table', 'div'])].map((name) =>
  Object.freeze({ name, isVoid: VOID.has(name), isInline: INLINE.has(name), isSilent: SILENT.has(name), isFact: FACTS.has(name), closedBy: CLOSED_BY.get(name) ?? null }));
const TAGS = new NameTable(LISTED.map((tag) => [tag.name, tag] as const));

/** The tag whose name is `html[start, end)`, in whatever case. */
export const tagAt = (html: string, start: number, end: number): Tag => TAGS.at(html, start, end) ?? otherTag(html.slice(start, end).toLowerCase());

/** As a closing tag names it: with more white space behind the name than tokenizers take for such. */
export function closingTagAt(html: string, start: number, end: number): Tag {
  const tag = TAGS.at(html, start, end);
  if (tag !== undefined) return tag;
  const name = html.slice(start, end).trim().toLowerCase();
  return tagAt(name, 0, name.length);
}

const otherTag = (name: string): Tag => ({ name, isVoid: false, isInline: false, isSilent: false, isFact: false, closedBy: null });

/** Around all elements. */
export const NO_TAG: Tag = Object.freeze(otherTag(''));
