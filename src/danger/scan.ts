/** Searching text that somebody hostile may have written: each of these takes time in proportion to the text. */

const TAG_MAX_CHARS = 2000;
const TAGS_MAX = 2000;

/** The first TAGS_MAX tags, each from its name to its `>`, at most TAG_MAX_CHARS of it. @param opening lower case, e.g. `<form` */
export function* tags(text: string, opening: string): Generator<string> {
  const lower = text.toLowerCase();
  let close = -1;
  for (let at = lower.indexOf(opening), count = 0; at >= 0 && count < TAGS_MAX; count++, at = lower.indexOf(opening, at + opening.length)) {
    if (close < at) close = lower.indexOf('>', at);
    if (close < 0) close = lower.length; // None is left: searched for once.
    yield text.slice(at, Math.min(close + 1, at + TAG_MAX_CHARS));
  }
}

/** What stands inside elements of one name, joined by line feeds, and what stands around them, by spaces. */
export function split(text: string, element: string): { readonly within: string; readonly around: string } {
  const lower = text.toLowerCase();
  const within: string[] = [], around: string[] = [];
  let from = 0;
  for (let at = lower.indexOf(`<${element}`); at >= 0; at = lower.indexOf(`<${element}`, from)) {
    around.push(text.slice(from, at));
    const end = lower.indexOf(`</${element}`, at);
    within.push(text.slice(at, end < 0 ? text.length : end));
    from = end < 0 ? text.length : end + element.length + 2;
  }
  around.push(text.slice(from));
  return { within: within.join('\n'), around: around.join(' ') };
}

const classOf = (characters: string): Uint8Array => {
  const table = new Uint8Array(128);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
};
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', DIGITS = '0123456789', HEX = '0123456789abcdefABCDEF';
/** Base64; percent encoding; `\x41`; numbers in a list. */
const BLOBS: readonly (readonly [Uint8Array, number])[] = [
  [classOf(`${LETTERS}${DIGITS}+/=`), 1500], [classOf(`%${HEX}u`), 900], [classOf(`\\x${HEX}`), 800], [classOf(`${DIGITS}, `), 1500],
];

/** Whether a long run of no words stands in the text. */
export function hasBlob(text: string): boolean {
  const runs = BLOBS.map(() => 0);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    for (let k = 0; k < BLOBS.length; k++) {
      const [table, least] = BLOBS[k] ?? [new Uint8Array(), 0];
      if (code < 128 && table[code] === 1) {
        runs[k] = (runs[k] ?? 0) + 1;
        if ((runs[k] ?? 0) >= least) return true;
      } else runs[k] = 0;
    }
  }
  return false;
}
