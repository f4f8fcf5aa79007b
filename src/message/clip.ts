/** PURE. Texts from mail, cut to what is worth keeping. */

/** The beginning of a text; what was cut off is shown by an ellipsis. */
export function clipped(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars - 1).toWellFormed()}…`;
}
