/** What matters of an element's name. */

export interface Tag {
  /** Has no content (HTML, "void elements", and old ones). */
  readonly isVoid: boolean;
  /** Stands within a line. */
  readonly isInline: boolean;
  /** Text in it is never shown, and is not hiding anything either. */
  readonly isSilent: boolean;
  /** Elements that close it when they open right in it (HTML, "optional tags"). */
  readonly closedBy: ReadonlySet<string> | null;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const VOID = words('area base basefont bgsound br col embed frame hr img image input keygen link meta param source track wbr');
const SILENT = words('script style template noframes noembed iframe datalist');
const INLINE = words('a abbr acronym b bdi bdo big cite code del dfn em font i img ins kbd label mark q s samp small span strike strong sub sup tt u var wbr nobr');
const CELLS = words('td th tr tbody tfoot');
const CLOSED_BY: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['p', words('p div table ul ol dl h1 h2 h3 h4 h5 h6 hr pre form blockquote center section article header footer address')],
  ['li', words('li')], ['dt', words('dt dd')], ['dd', words('dt dd')], ['option', words('option optgroup')],
  ['td', CELLS], ['th', CELLS], ['tr', words('tr tbody tfoot')], ['head', words('body')], ['a', words('a')],
]);

const OTHER: Tag = Object.freeze({ isVoid: false, isInline: false, isSilent: false, closedBy: null });
const TAGS: ReadonlyMap<string, Tag> = new Map([...VOID, ...SILENT, ...INLINE, ...CLOSED_BY.keys()].map((name) =>
  [name, Object.freeze({ isVoid: VOID.has(name), isInline: INLINE.has(name), isSilent: SILENT.has(name), closedBy: CLOSED_BY.get(name) ?? null })]));

/** @param name small letters */
export const tagOf = (name: string): Tag => TAGS.get(name) ?? OTHER;
