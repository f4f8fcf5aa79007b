/** The company of the end-to-end tests: who writes to it, its mailboxes, and how its pages begin. */
export const ANNA = 'anna@sender.example';
export const [OFFICE, HELD, MARKED, REFUSED, JUNK] = ['office@example.com', 'held@example.com', 'marked@example.com', 'refused@example.com', 'junk@example.com'] as const;

/** A page. @param lines what it says beside who it is for, each line with its end */
export const page = (name: string, appliesTo: string, lines: string): string => `policy: ${name}\nowner: ${OFFICE}\napplies-to: ${appliesTo}\nintent: balanced\n${lines}`;
