/** What styles do to the visibility of text. */
import { NameTable } from './html-names.ts';
import { ownCopy } from './own-copy.ts';

/** One element's declarations, as far as they bear on visibility. Undefined: not said, so inherited. */
export interface Declarations {
  /** The element and everything in it is not shown; nothing inside can undo it. */
  readonly removed: true | undefined;
  /** `visibility`: can be undone inside. */
  readonly invisible: boolean | undefined;
  /** Zero or one pixel: can be undone inside. */
  readonly tiny: boolean | undefined;
  readonly color: Colour | undefined;
  readonly background: Colour | undefined;
  /** Number of remote images in the style. */
  readonly remoteImages: number | undefined;
}

export const NOTHING_SAID: Declarations = Object.freeze({ removed: undefined, invisible: undefined, tiny: undefined, color: undefined, background: undefined, remoteImages: undefined });

/** What the second says counts, else what the first says. */
export function joined(a: Declarations, b: Declarations | undefined): Declarations {
  if (b === undefined || b === NOTHING_SAID) return a;
  if (a === NOTHING_SAID) return b;
  return {
    removed: b.removed ?? a.removed, invisible: b.invisible ?? a.invisible, tiny: b.tiny ?? a.tiny, color: b.color ?? a.color,
    background: b.background ?? a.background, remoteImages: b.remoteImages ?? a.remoteImages,
  };
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
  return isNear(a & 255, b & 255) && isNear((a >> 8) & 255, (b >> 8) & 255) && isNear((a >> 16) & 255, (b >> 16) & 255);
}

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= 8;

const STYLE_MAX_CHARS = 4000;

let known = new Map<string, Declarations>();
let knownBefore = new Map<string, Declarations>();
const KNOWN_MAX = 1000;
const KNOWN_MAX_CHARS = 300;

/** As `readStyle`. The same few styles stand in thousands of tags, and in all messages of one sender. */
export function inlineStyle(style: string): Declarations {
  if (style.length > KNOWN_MAX_CHARS) return readStyle(style);
  let declarations = known.get(style);
  if (declarations === undefined) {
    declarations = knownBefore.get(style) ?? readStyle(style);
    if (known.size >= KNOWN_MAX) {
      knownBefore = known;
      known = new Map();
    }
    known.set(ownCopy(style), declarations);
  }
  return declarations;
}

/** The properties that bear on visibility, and where their values stand in the style that is read just now. */
const PROPERTIES = [
  'display', 'mso-hide', 'opacity', 'overflow', 'height', 'max-height', 'width', 'max-width', 'position', 'left', 'top', 'right', 'bottom',
  'text-indent', 'clip', 'transform', 'visibility', 'font-size', 'font', 'color', 'background', 'background-color', 'background-image',
] as const;
type Property = (typeof PROPERTIES)[number];
const INDEX = Object.fromEntries(PROPERTIES.map((name, index) => [name, index])) as Readonly<Record<Property, number>>;
const BY_NAME = new NameTable(PROPERTIES.map((name, index) => [name, index] as const));

/** Values are cut out of the text when they are asked for: most declarations are about other things. */
class Properties {
  #text = '';
  readonly #starts = new Int32Array(PROPERTIES.length);
  readonly #ends = new Int32Array(PROPERTIES.length);

  /** @param text small letters, without comments; of several declarations of one property the last counts */
  read(text: string): this {
    this.#text = text;
    this.#starts.fill(-1);
    let colon = -1;
    for (let start = 0; start < text.length;) {
      const semicolon = text.indexOf(';', start);
      const end = semicolon < 0 ? text.length : semicolon;
      if (colon < start) colon = text.indexOf(':', start);
      if (colon < 0) break;
      if (colon > start && colon < end) this.#declared(start, colon, end);
      start = end + 1;
    }
    return this;
  }

  #declared(start: number, colon: number, end: number): void {
    const text = this.#text;
    let from = start, to = colon;
    while (from < to && isBlank(text.charCodeAt(from))) from++;
    while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
    const index = BY_NAME.at(text, from, to);
    if (index === undefined) return;
    this.#starts[index] = colon + 1;
    this.#ends[index] = end;
  }

  has(property: Property): boolean {
    return (this.#starts[INDEX[property]] as number) >= 0;
  }

  /** Undefined where nothing is declared. */
  find(property: Property): string | undefined {
    const index = INDEX[property], start = this.#starts[index] as number;
    if (start < 0) return undefined;
    const value = this.#text.slice(start, this.#ends[index]);
    return (value.includes('!') ? value.replace('!important', '') : value).trim();
  }

  get(property: Property): string {
    return this.find(property) ?? '';
  }
}

const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13) || (code > 127 && /\s/.test(String.fromCharCode(code)));

// One for all: nothing of it is kept from one style to the next.
const properties = new Properties();

/** Reads `display:none; color:#fff`. Never throws. */
export function readStyle(style: string): Declarations {
  const small = style.slice(0, STYLE_MAX_CHARS).toLowerCase();
  const clean = small.includes('/*') ? small.replace(/\/\*[^*]*\*\//g, '') : small;
  properties.read(clean);
  const visibility = properties.find('visibility');
  const size = properties.find('font-size') ?? sizeInFont(properties.find('font'));
  const color = properties.find('color');
  return {
    removed: isRemoved() ? true : undefined,
    invisible: visibility === undefined ? undefined : visibility === 'hidden' || visibility === 'collapse',
    tiny: size === undefined ? undefined : isTiny(size),
    color: color === undefined ? undefined : readColour(color),
    background: backgroundOf(),
    remoteImages: clean.includes('url(') ? imagesIn(clean) : undefined,
  };
}

const TRANSPARENT = 0.05;

function isRemoved(): boolean {
  if (properties.get('display') === 'none' || properties.get('mso-hide') === 'all') return true;
  if (properties.has('opacity') && Number.parseFloat(properties.get('opacity')) < TRANSPARENT) return true;
  const overflow = properties.get('overflow');
  if ((overflow === 'hidden' || overflow.startsWith('hidden ')) && SIZES.some((name) => isTiny(properties.get(name)))) return true;
  const position = properties.get('position');
  const isPlaced = position === 'absolute' || position === 'fixed';
  if (isPlaced && (SIDES.some((name) => isFarOff(properties.get(name))) || /^rect\(\s*(?:0|1px)/.test(properties.get('clip')))) return true;
  if (properties.has('text-indent') && isFarOff(properties.get('text-indent'))) return true;
  return properties.has('transform') && /scale\(\s*0(?:\.0+)?\s*[,)]/.test(properties.get('transform'));
}
const SIZES = ['height', 'max-height', 'width', 'max-width'] as const;
const SIDES = ['left', 'top', 'right', 'bottom'] as const;

const sizeInFont = (font: string | undefined): string | undefined => (font === undefined ? undefined : /(?:^|\s)([\d.]{1,8}(?:px|pt|em|rem|%))(?:\/|\s)/.exec(font)?.[1]);

function backgroundOf(): Colour | undefined {
  const shorthand = properties.find('background');
  const background = properties.find('background-color') ?? shorthand;
  if (background === undefined) return undefined;
  if (shorthand?.includes('url(') || properties.has('background-image')) return 'unknown';
  const colour = readColour(background);
  // A transparent ground is the ground behind it.
  return colour === 'none' ? undefined : colour;
}

const REMOTE = /url\(\s*["']?(?:https?:)?\/\//y;

function imagesIn(style: string): number {
  let images = 0;
  for (let at = style.indexOf('url('); at >= 0; at = style.indexOf('url(', at + 4)) {
    REMOTE.lastIndex = at;
    if (REMOTE.test(style)) images++;
  }
  return images;
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
