/** Facts about HTML: what a reader sees, what is hidden, links, images, forms. On htmlparser2's tokenizer, with a bounded stack. */
import type { Findings } from './defects.ts';
import { attributeAt, Attributes, isHandlerAt } from './html-attributes.ts';
import { HtmlCollector } from './html-collector.ts';
import { closingTagAt, NO_TAG, tagAt } from './html-tags.ts';
import { QuickTokenizer } from './html-tokenizer.ts';
import type { HtmlFacts } from './message.ts';

/**
 * Reads one HTML part. Never throws; time and memory are linear in its length.
 * @param at offset for defects  @param linksMax how many links are kept
 */
export function readHtml(html: string, findings: Findings, at: number, linksMax: number): HtmlFacts {
  const collector = new HtmlCollector(findings, at, linksMax);
  tokenise(html, collector);
  // An unclosed comment, script or style sheet hides the rest from browsers; other readers show it, so it is looked at once.
  const swallowed = collector.takeSwallowed();
  if (swallowed !== '') tokenise(swallowed, collector);
  return collector.facts();
}

const NOT_ASKED_FOR = -1;

function tokenise(html: string, collector: HtmlCollector): void {
  const attributes = new Attributes();
  let tag = NO_TAG, value = '';
  // Of an attribute that nobody asks for, the value is left where it is.
  let attribute = NOT_ASKED_FOR;
  const tokenizer = new QuickTokenizer({ xmlMode: false, decodeEntities: true }, {
    ontext: (start, end) => collector.text(html.slice(start, end)),
    ontextentity: (codepoint) => collector.text(String.fromCodePoint(codepoint)),
    onopentagname(start, end) {
      tag = tagAt(html, start, end);
      attributes.reset();
    },
    onattribname(start, end) {
      attribute = attributeAt(html, start, end);
      value = '';
      if (attribute === NOT_ASKED_FOR && isHandlerAt(html, start, end)) attributes.addHandler(html.slice(start, end).toLowerCase());
    },
    onattribdata(start, end) {
      if (attribute !== NOT_ASKED_FOR) value += html.slice(start, end);
    },
    onattribentity(codepoint) {
      if (attribute !== NOT_ASKED_FOR) value += String.fromCodePoint(codepoint);
    },
    onattribend() {
      if (attribute !== NOT_ASKED_FOR) attributes.set(attribute, value);
    },
    onopentagend: () => collector.open(tag, attributes),
    onselfclosingtag: () => collector.open(tag, attributes),
    onclosetag: (start, end) => collector.close(closingTagAt(html, start, end)),
    // No offset: the comment was ended by the end of the text.
    oncomment: (start, end, endOffset) => (endOffset === 0 && end >= html.length ? collector.unclosedComment(html.slice(start, end)) : undefined),
    oncdata: () => undefined,
    ondeclaration: () => undefined,
    onprocessinginstruction: () => undefined,
    onend: () => undefined,
  });
  tokenizer.write(html);
  tokenizer.end();
}

/** Several parts taken together. */
export function joinFacts(all: readonly HtmlFacts[]): HtmlFacts | null {
  if (all.length <= 1) return all[0] ?? null;
  const sum = (pick: (facts: HtmlFacts) => number): number => all.reduce((total, facts) => total + pick(facts), 0);
  return {
    visibleText: all.map((facts) => facts.visibleText).filter(Boolean).join('\n'),
    hiddenText: all.map((facts) => facts.hiddenText).filter(Boolean).join('\n'),
    links: all.flatMap((facts) => facts.links),
    remoteImages: sum((facts) => facts.remoteImages),
    inlineImages: sum((facts) => facts.inlineImages),
    forms: sum((facts) => facts.forms),
    passwordFields: sum((facts) => facts.passwordFields),
    scripts: sum((facts) => facts.scripts),
  };
}
