/**
 * PURE. Which signals' weights the training mail teaches. All others keep the weights set by hand in heuristic-weights.ts, so
 * that a signal added later counts without a new training: what needs the network, the history of this installation, danger;
 * fields that archives and lists rewrite (dates, Message-ID, mailer, answers); what depends on the recipient or on our settings;
 * and what mostly says "not English" (encoded subjects, punycode), for language alone must not count.
 */
const LEARNT = new Set([
  'priority-high', 'free-mail', 'text-short',
  'name-other-address', 'name-brand', 'address-brand', 'name-mixed-letters', 'name-invisible', 'name-missing', 'name-shouting', 'name-odd-characters', 'address-random',
  'reply-elsewhere', 'reply-to-free-mail', 'reply-other-free-mail', 'reply-several', 'reply-lookalike',
  'subject-missing', 'subject-shouting', 'subject-punctuation', 'subject-spaced', 'subject-mixed-letters', 'subject-invisible', 'subject-money', 'subject-symbols', 'subject-number-end', 'subject-long',
  'link-text-differs', 'link-to-address', 'link-user', 'link-port', 'link-mixed-letters', 'link-brand', 'link-brand-text', 'link-shortener', 'link-redirect', 'link-free-hosting', 'link-odd-suffix',
  'link-script', 'link-unreadable', 'link-many-hyphens', 'link-deep-host',
  'html-hidden-text', 'html-mostly-hidden', 'html-form', 'html-password', 'html-script', 'html-only', 'html-image-only', 'html-remote-images',
  'attachment-count', 'attachment-old-office', 'attachment-archive', 'attachment-type-differs', 'attachment-type-vague', 'attachment-long-name', 'attachment-pdf', 'attachment-only',
]);

export const isLearnt = (name: string): boolean => LEARNT.has(name);
