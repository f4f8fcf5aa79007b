/** The attributes of a start tag, as far as anything asks for them. */
import { NameTable } from './html-names.ts';

const NAMES = ['class', 'id', 'style', 'color', 'text', 'bgcolor', 'background', 'href', 'src', 'action', 'type', 'size', 'hidden', 'data', 'alt', 'http-equiv', 'content'] as const;
const KNOWN = new NameTable(NAMES.map((name, index) => [name, index] as const));
const INDEX = Object.fromEntries(NAMES.map((name, index) => [name, index])) as Readonly<Record<(typeof NAMES)[number], number>>;

/** Number of the attribute whose name is `html[start, end)`, in whatever case; -1: nobody asks for it. */
export const attributeAt = (html: string, start: number, end: number): number => KNOWN.at(html, start, end) ?? -1;

/** Whether it would hold a script: `onclick` and its like. */
export const isHandlerAt = (html: string, start: number, end: number): boolean =>
  end - start >= 2 && (html.charCodeAt(start) | 32) === 111 && (html.charCodeAt(start + 1) | 32) === 110;

/** Of one tag after the other, in the same object: tags come by the thousand. The first of two of one name counts (HTML, "duplicate-attribute"). */
export class Attributes {
  readonly #values: (string | undefined)[] = NAMES.map(() => undefined);
  #isEmpty = true;
  #handlers: Set<string> | null = null;

  /** @param number as `attributeAt` gave it */
  set(number: number, value: string): void {
    this.#isEmpty = false;
    this.#values[number] ??= value;
  }

  /** @param name small letters, beginning with `on` */
  addHandler(name: string): void {
    (this.#handlers ??= new Set()).add(name);
  }

  /** For the next tag. */
  reset(): void {
    this.#handlers = null;
    if (this.#isEmpty) return;
    for (let number = 0; number < NAMES.length; number++) this.#values[number] = undefined;
    this.#isEmpty = true;
  }

  /** How many different attributes hold scripts. */
  get handlers(): number { return this.#handlers?.size ?? 0; }
  /** Nothing that anything asks for, but perhaps scripts. */
  get isEmpty(): boolean { return this.#isEmpty; }
  get class(): string | undefined { return this.#values[INDEX.class]; }
  get id(): string | undefined { return this.#values[INDEX.id]; }
  get style(): string | undefined { return this.#values[INDEX.style]; }
  get color(): string | undefined { return this.#values[INDEX.color]; }
  get text(): string | undefined { return this.#values[INDEX.text]; }
  get bgcolor(): string | undefined { return this.#values[INDEX.bgcolor]; }
  get background(): string | undefined { return this.#values[INDEX.background]; }
  get href(): string | undefined { return this.#values[INDEX.href]; }
  get src(): string | undefined { return this.#values[INDEX.src]; }
  get action(): string | undefined { return this.#values[INDEX.action]; }
  get type(): string | undefined { return this.#values[INDEX.type]; }
  get size(): string | undefined { return this.#values[INDEX.size]; }
  get hidden(): string | undefined { return this.#values[INDEX.hidden]; }
  get data(): string | undefined { return this.#values[INDEX.data]; }
  get alt(): string | undefined { return this.#values[INDEX.alt]; }
  get httpEquiv(): string | undefined { return this.#values[INDEX['http-equiv']]; }
  get content(): string | undefined { return this.#values[INDEX.content]; }
}
