/** What inline styles and simple style sheets do to the visibility of text. */
import { parse } from './limits.ts';

/** One element's declarations, as far as they bear on visibility. Undefined: not said, so inherited. */
export interface Declarations {
  /** The element and everything in it is not shown; nothing inside can undo it. */
  readonly removed?: boolean;
  /** `visibility`: can be undone inside. */
  readonly invisible?: boolean;
  /** Zero or one pixel: can be undone inside. */
  readonly tiny?: boolean;
  readonly color?: Colour;
  readonly background?: Colour;
  /** Number of remote images in the style. */
  readonly remoteImages?: number;
}

/** Red, green and blue in one number; `none` for transparent; `unknown` for what is not understood. */
export type Colour = number | 'none' | 'unknown';

const NAMED: Readonly<Record<string, number>> = {
  white: 0xffffff, black: 0, red: 0xff0000, green: 0x008000, blue: 0x0000ff, yellow: 0xffff00, gray: 0x808080, grey: 0x808080,
  silver: 0xc0c0c0, navy: 0x000080, maroon: 0x800000, purple: 0x800080, teal: 0x008080, olive: 0x808000, lime: 0x00ff00,
  aqua: 0x00ffff, cyan: 0x00ffff, fuchsia: 0xff00ff, magenta: 0xff00ff, orange: 0xffa500, whitesmoke: 0xf5f5f5, snow: 0xfffafa,
  ivory: 0xfffff0, ghostwhite: 0xf8f8ff, floralwhite: 0xfffaf0, lightgray: 0xd3d3d3, lightgrey: 0xd3d3d3,
};

export function readColour(text: string): Colour {
  const value = text.trim().toLowerCase();
  const named = Object.hasOwn(NAMED, value) ? NAMED[value] : undefined;
  if (named !== undefined) return named;
  if (value === 'transparent') return 'none';
  const hex = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/.exec(value)?.[1];
  if (hex !== undefined) return Number.parseInt(hex.length === 3 ? hex.replace(/./g, '$&$&') : hex, 16);
  const rgb = /^rgba?\(\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*(?:[,/]\s*([\d.]{1,8})\s*)?\)$/.exec(value);
  if (rgb === null) return 'unknown';
  if (rgb[4] !== undefined && Number(rgb[4]) < 0.05) return 'none';
  const [red = 0, green = 0, blue = 0] = rgb.slice(1, 4).map((part) => Math.min(255, Number(part)));
  return red * 65536 + green * 256 + blue;
}

/** Whether a reader could not tell text from its ground: at most 8 of 255 apart in each colour. */
export function sameColour(a: Colour, b: Colour): boolean {
  if (a === 'none') return true;
  if (typeof a !== 'number' || typeof b !== 'number') return false;
  for (const shift of [0, 8, 16]) if (Math.abs(((a >> shift) & 255) - ((b >> shift) & 255)) > 8) return false;
  return true;
}

const STYLE_MAX_CHARS = 4000;

const known = new Map<string, Declarations>();
const KNOWN_MAX = 2000;
const KNOWN_MAX_CHARS = 300;

/** As `readStyle`. The same few styles stand in thousands of tags, and in all messages of one sender. */
export function inlineStyle(style: string): Declarations {
  if (style.length > KNOWN_MAX_CHARS) return readStyle(style);
  let declarations = known.get(style);
  if (declarations === undefined) {
    declarations = readStyle(style);
    if (known.size >= KNOWN_MAX) known.clear();
    // Cut from a message's text, it would keep all of that text in memory.
    known.set(copied(style), declarations);
  }
  return declarations;
}

const copied = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le');

/** Reads `display:none; color:#fff`. Never throws. */
export function readStyle(style: string): Declarations {
  const properties = new Map<string, string>();
  const small = style.slice(0, STYLE_MAX_CHARS).toLowerCase();
  const clean = small.includes('/*') ? small.replace(/\/\*[^*]*\*\//g, '') : small;
  for (const declaration of clean.split(';')) {
    const colon = declaration.indexOf(':');
    if (colon > 0) properties.set(declaration.slice(0, colon).trim(), declaration.slice(colon + 1).replace('!important', '').trim());
  }
  return {
    ...(isRemoved(properties) ? { removed: true } : {}),
    ...visibilityOf(properties),
    ...coloursOf(properties),
    ...(clean.includes('url(') ? { remoteImages: clean.match(/url\(\s*["']?(?:https?:)?\/\//g)?.length ?? 0 } : {}),
  };
}

function isRemoved(properties: ReadonlyMap<string, string>): boolean {
  const get = (name: string): string => properties.get(name) ?? '';
  if (get('display') === 'none' || get('mso-hide') === 'all') return true;
  if (properties.has('opacity') && Number.parseFloat(get('opacity')) < 0.05) return true;
  const clipped = get('overflow') === 'hidden' || get('overflow').startsWith('hidden ');
  if (clipped && ['height', 'max-height', 'width', 'max-width'].some((name) => isTiny(get(name)))) return true;
  const placed = get('position') === 'absolute' || get('position') === 'fixed';
  if (placed && ['left', 'top', 'right', 'bottom'].some((name) => isFarOff(get(name)))) return true;
  if (isFarOff(get('text-indent')) || (placed && /^rect\(\s*(?:0|1px)/.test(get('clip')))) return true;
  return /scale\(\s*0(?:\.0+)?\s*[,)]/.test(get('transform'));
}

function visibilityOf(properties: ReadonlyMap<string, string>): Declarations {
  const visibility = properties.get('visibility');
  const size = properties.get('font-size') ?? /(?:^|\s)([\d.]{1,8}(?:px|pt|em|rem|%))(?:\/|\s)/.exec(properties.get('font') ?? '')?.[1];
  return {
    ...(visibility === undefined ? {} : { invisible: visibility === 'hidden' || visibility === 'collapse' }),
    ...(size === undefined ? {} : { tiny: isTiny(size) }),
  };
}

function coloursOf(properties: ReadonlyMap<string, string>): Declarations {
  const color = properties.get('color');
  const shorthand = properties.get('background');
  const background = properties.get('background-color') ?? shorthand;
  const ground = background === undefined ? undefined : shorthand?.includes('url(') || properties.has('background-image') ? 'unknown' : readColour(background);
  return {
    ...(color === undefined ? {} : { color: readColour(color) }),
    // A transparent ground is the ground behind it.
    ...(ground === undefined || ground === 'none' ? {} : { background: ground }),
  };
}

/** At most one pixel (or its like). */
function isTiny(length: string): boolean {
  const match = /^([\d.]{1,12})(px|pt|em|rem|%|vh|vw)?$/.exec(length);
  if (match === null) return false;
  const number = Number(match[1]);
  if (match[2] === 'em' || match[2] === 'rem') return number <= 0.1;
  return match[2] === '%' ? number <= 5 : number <= 1;
}

function isFarOff(length: string): boolean {
  return /^-\d{3,}/.test(length);
}

/** Declarations by simple selector: `.name`, `#name`, `tag`, `tag.name`. Media queries are left out: they depend on the device. */
export type StyleSheet = ReadonlyMap<string, Declarations>;

/** Reads one style element; adds to `sheet`. Anything but simple selectors is skipped. Never throws. */
export function readStyleSheet(css: string, sheet: Map<string, Declarations>): void {
  const clean = withoutMedia(css.slice(0, parse.styleSheetMaxChars).replace(/<!--|-->/g, ''));
  for (const block of clean.split('}')) {
    const brace = block.indexOf('{');
    if (brace < 0) continue;
    const declarations = readStyle(block.slice(brace + 1));
    if (Object.keys(declarations).length === 0) continue;
    for (const selector of block.slice(0, brace).split(',')) {
      const key = selector.replace(/\/\*[^*]*\*\//g, '').trim();
      if (sheet.size >= parse.styleRulesMax) return;
      if (/^[\w-]*[.#]?[\w-]+$/.test(key)) sheet.set(key.toLowerCase(), { ...sheet.get(key.toLowerCase()), ...declarations });
    }
  }
}

/** Cuts out `@media … { … { … } … }` and other blocks of blocks. */
function withoutMedia(css: string): string {
  if (!css.includes('@')) return css;
  let out = '', depth = 0, skipping = false;
  for (const token of css.split(/([{}@;])/)) {
    if (token === '@' && depth === 0) skipping = true;
    if (!skipping) out += token;
    if (token === '{') depth++;
    if (token === '}' && depth > 0) depth--;
    if (skipping && depth === 0 && (token === '}' || token === ';')) skipping = false;
  }
  return out;
}
