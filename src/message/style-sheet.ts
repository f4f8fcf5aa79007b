/** Simple style sheets, as far as they bear on the visibility of text. */
import { parse } from './limits.ts';
import { type Declarations, joined, NOTHING_SAID, readStyle } from './style.ts';

/** `tag`, `.name`, `#name`, `tag.name`, `tag#name`. One way to read each, so that the expression takes linear time. */
const SIMPLE = /^[\w-]*(?:[.#][\w-]+)?$/;
const CLASSES_MAX = 20;

type Rules = Map<string, Declarations>;

/** Declarations by simple selector. Media queries are left out: they depend on the device. */
export class StyleSheet {
  #size = 0;
  // Apart, so that nothing has to be put together to be looked up, and most need no look at all.
  readonly #ofTag: Rules = new Map();
  readonly #ofClass: Rules = new Map();
  readonly #ofId: Rules = new Map();
  /** By the whole selector. */
  readonly #ofTagWithClass: Rules = new Map();
  readonly #ofTagWithId: Rules = new Map();

  /** Number of selectors; at most `parse.styleRulesMax`. */
  get size(): number {
    return this.#size;
  }

  /** Reads one style element in addition. Anything but simple selectors is skipped. Never throws. */
  read(css: string): void {
    const cut = css.slice(0, parse.styleSheetMaxChars);
    const clean = withoutMedia(cut.includes('<!--') || cut.includes('-->') ? cut.replace(/<!--|-->/g, '') : cut);
    for (const block of clean.split('}')) {
      const brace = block.indexOf('{');
      if (brace < 0) continue;
      let declarations: Declarations | null = null;
      for (const selector of block.slice(0, brace).split(',')) {
        const key = (selector.includes('/*') ? selector.replace(/\/\*[^*]*\*\//g, '') : selector).trim();
        if (key === '' || !SIMPLE.test(key)) continue;
        declarations ??= readStyle(block.slice(brace + 1));
        if (saysNothing(declarations)) break;
        if (this.#size >= parse.styleRulesMax) return;
        this.#add(key.toLowerCase(), declarations);
      }
    }
  }

  #add(selector: string, declarations: Declarations): void {
    const mark = Math.max(selector.indexOf('.'), selector.indexOf('#'));
    const isClass = selector[mark] === '.';
    const rules = mark < 0 ? this.#ofTag : mark === 0 ? (isClass ? this.#ofClass : this.#ofId) : isClass ? this.#ofTagWithClass : this.#ofTagWithId;
    const key = mark === 0 ? selector.slice(1) : selector;
    const before = rules.get(key);
    if (before === undefined) this.#size++;
    rules.set(key, joined(before ?? NOTHING_SAID, declarations));
  }

  /** What is said about an element, in addition to what was said before. @param tag small letters */
  of(tag: string, classes: string | undefined, id: string | undefined, said: Declarations): Declarations {
    let own = joined(said, this.#ofTag.get(tag));
    if (classes !== undefined && (this.#ofClass.size > 0 || this.#ofTagWithClass.size > 0)) {
      for (const name of words(classes.toLowerCase())) {
        own = joined(own, this.#ofClass.get(name));
        if (this.#ofTagWithClass.size > 0) own = joined(own, this.#ofTagWithClass.get(`${tag}.${name}`));
      }
    }
    if (id !== undefined && (this.#ofId.size > 0 || this.#ofTagWithId.size > 0)) {
      const name = id.toLowerCase();
      own = joined(joined(own, this.#ofId.get(name)), this.#ofTagWithId.get(`${tag}#${name}`));
    }
    return own;
  }
}

const saysNothing = ({ removed, invisible, tiny, color, background, remoteImages }: Declarations): boolean =>
  removed === undefined && invisible === undefined && tiny === undefined && color === undefined && background === undefined && remoteImages === undefined;

/** Most elements have one class. */
const words = (classes: string): readonly string[] => (/\s/.test(classes) ? classes.split(/\s+/).slice(0, CLASSES_MAX) : [classes]);

const SEMICOLON = 59, AT = 64, OPEN = 123, CLOSE = 125;

/** Cuts out `@media … { … { … } … }` and other blocks of blocks. */
function withoutMedia(css: string): string {
  if (!css.includes('@')) return css;
  let out = '', depth = 0, keptFrom = 0, skipping = false;
  for (let at = 0; at < css.length; at++) {
    const code = css.charCodeAt(at);
    if (code === AT) {
      if (depth > 0 || skipping) continue;
      skipping = true;
      out += css.slice(keptFrom, at);
    } else if (code === OPEN) depth++;
    else if (code === CLOSE || code === SEMICOLON) {
      if (code === CLOSE && depth > 0) depth--;
      if (skipping && depth === 0) {
        skipping = false;
        keptFrom = at + 1;
      }
    }
  }
  return skipping ? out : out + css.slice(keptFrom);
}
