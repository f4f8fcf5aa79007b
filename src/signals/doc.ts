/** The page of documentation about signals, from the catalogue; for scripts/signals-doc.ts and the test that it is fresh. */
import type { catalogue } from './catalogue.ts';

const HEAD = `# Signals

<!-- Written by scripts/signals-doc.ts from the catalogue: change the meaning there, beside the rule. -->

A signal is one observed fact about a message. It is *present* (with a value), *absent*, or *unknown* because it could not be
checked; the decision log says which, and the reason. An unknown signal counts neither for nor against a message.

No signal decides by itself, but for \`gtube\` (certain spam) and those that docs/danger.md names: what is dangerous is told by
rules there, each with its reason.
`;

/** Markdown: one table for each family. */
export function signalsPage(families: typeof catalogue): string {
  const sections = families.map(({ family, describes }) => {
    const rows = describes.map(({ name, meaning }) => `| \`${name}\` | ${meaning.replace(/\|/g, '\\|')} |`);
    return `\n## ${family}\n\n| signal | what it says |\n|---|---|\n${rows.join('\n')}\n`;
  });
  return HEAD + sections.join('');
}
