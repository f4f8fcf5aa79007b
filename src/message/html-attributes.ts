/** The attributes of a start tag, as far as anything asks for them. */

const NAMES = ['class', 'id', 'style', 'color', 'text', 'bgcolor', 'background', 'href', 'src', 'action', 'type', 'size', 'hidden', 'data', 'alt', 'http-equiv', 'content'] as const;
export type AttributeName = (typeof NAMES)[number];

const BY_NAME: ReadonlyMap<string, AttributeName> = new Map(NAMES.map((name) => [name, name]));

/** @param name small letters; null: nobody asks for it */
export const knownAttribute = (name: string): AttributeName | null => BY_NAME.get(name) ?? null;

export type Attributes = Readonly<Record<AttributeName, string | undefined>> & {
  /** How many different attributes hold scripts (`onclick` and its like). */
  readonly handlers: number;
};

/** All fields at once, so that every tag's are of one shape: tags come by the thousand. */
class Collected implements Record<AttributeName, string | undefined> {
  class: string | undefined = undefined;
  id: string | undefined = undefined;
  style: string | undefined = undefined;
  color: string | undefined = undefined;
  text: string | undefined = undefined;
  bgcolor: string | undefined = undefined;
  background: string | undefined = undefined;
  href: string | undefined = undefined;
  src: string | undefined = undefined;
  action: string | undefined = undefined;
  type: string | undefined = undefined;
  size: string | undefined = undefined;
  hidden: string | undefined = undefined;
  data: string | undefined = undefined;
  alt: string | undefined = undefined;
  'http-equiv': string | undefined = undefined;
  content: string | undefined = undefined;
  handlers = 0;
}

export const NO_ATTRIBUTES: Attributes = Object.freeze(new Collected());

/** Gathers the attributes of one tag after the other; the first of two of one name counts (HTML, "duplicate-attribute"). */
export class AttributeReader {
  #attributes: Collected | null = null;
  #handlers: Set<string> | null = null;

  set(name: AttributeName, value: string): void {
    const attributes = (this.#attributes ??= new Collected());
    if (attributes[name] === undefined) attributes[name] = value;
  }

  /** @param name small letters, beginning with `on` */
  addHandler(name: string): void {
    (this.#handlers ??= new Set()).add(name);
    (this.#attributes ??= new Collected()).handlers = this.#handlers.size;
  }

  take(): Attributes {
    const taken = this.#attributes ?? NO_ATTRIBUTES;
    this.reset();
    return taken;
  }

  reset(): void {
    this.#attributes = this.#handlers = null;
  }
}
