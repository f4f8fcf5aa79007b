/**
 * PURE. Which signals' weights the training mail can teach. All others (what needs the network, the history of this
 * installation, danger, fields that archives and lists rewrite) keep the weights set by hand in heuristic-weights.ts, so that
 * a signal added later counts without a new training.
 */
const FAMILIES = ['subject-', 'link-', 'html-', 'attachment-', 'reply-', 'name-', 'address-'];

/** Signals of those families that depend on our own settings or on the recipient, or are proof that needs no weight. */
const SET_BY_HAND = new Set([
  'name-our-domain', 'subject-names-recipient', 'link-carries-recipient', 'link-imitates-ours', 'link-imitates-brand', 'link-asks', 'attachment-executable', 'attachment-disguised', 'attachment-reversed',
  // Lists put links of their own below each letter.
  'link-none', 'link-only-foreign', 'link-unencrypted', 'link-many-domains', 'link-single',
  // Replies are what archives were chosen by.
  'subject-false-reply',
  // Other than English, mostly: language alone must not count.
  'subject-encoded-needlessly', 'address-punycode', 'link-punycode',
  'attachment-macros', 'attachment-encrypted', 'attachment-disk-image', 'attachment-script', 'attachment-page', 'attachment-page-form',
]);
const ALSO = new Set(['text-short', 'free-mail', 'priority-high']);

export const isLearnt = (name: string): boolean => ALSO.has(name) || (!SET_BY_HAND.has(name) && FAMILIES.some((family) => name.startsWith(family)));
