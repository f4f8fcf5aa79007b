/** Message bytes as DATA carries them (RFC 5321 section 4.5.2), in pieces fit for writing. */
const LINE_WITH_DOT = Buffer.from('\r\n.');
const END = Buffer.from('.\r\n');
const END_OF_UNENDED = Buffer.from('\r\n.\r\n');
const CR = 13;
const LF = 10;
const DOT = 46;

/**
 * The slices with a dot doubled at the start of each line that begins with one, and the end of data behind them.
 * What is small is gathered into one buffer, for one write. What is large comes out in windows of the input itself;
 * only a window with a leading dot in it is copied, so that however many dots there are, memory stays bounded.
 * @param slices one message; line ends may lie across them
 */
export function* dotStuffed(slices: readonly Buffer[], gatherMaxBytes: number, windowBytes: number): Generator<Buffer> {
  let total = 0;
  for (const slice of slices) total += slice.length;
  const line = new LineState();
  if (total <= gatherMaxBytes) {
    // With room for the end behind the bytes: without a dot in them nothing is copied twice.
    const room = Buffer.concat([...slices, END_OF_UNENDED]);
    const whole = room.subarray(0, total);
    const content = stuffed(whole, line);
    const end = line.atStart ? END : END_OF_UNENDED;
    end.copy(room, total);
    yield content === whole ? room.subarray(0, total + end.length) : Buffer.concat([content, end]);
    return;
  }
  for (const slice of slices) {
    for (let at = 0; at < slice.length; at += windowBytes) yield stuffed(slice.subarray(at, at + windowBytes), line);
  }
  yield line.atStart ? END : END_OF_UNENDED;
}

/** The last two bytes gone by; at the beginning of a message as behind a CRLF. */
class LineState {
  before = CR;
  last = LF;

  get atStart(): boolean {
    return this.before === CR && this.last === LF;
  }

  passed(window: Buffer): void {
    this.before = window.length > 1 ? window[window.length - 2] as number : this.last;
    this.last = window[window.length - 1] as number;
  }
}

/** More leading dots than this in a window, and a loop over the bytes is faster than one copy per line. */
const DOTS_FEW = 64;

/** The window itself when nothing is to be doubled. */
function stuffed(window: Buffer, line: LineState): Buffer {
  const dots: number[] = [];
  if (line.atStart && window[0] === DOT) dots.push(0);
  else if (line.last === CR && window[0] === LF && window[1] === DOT) dots.push(1);
  for (let at = window.indexOf(LINE_WITH_DOT); at >= 0 && dots.length <= DOTS_FEW; at = window.indexOf(LINE_WITH_DOT, at + 2)) dots.push(at + 2);
  const out = dots.length === 0 ? window : dots.length <= DOTS_FEW ? withFewDots(window, dots) : withManyDots(window, line);
  if (window.length > 0) line.passed(window);
  return out;
}

/** @param dots offsets of the dots to double, ascending */
function withFewDots(window: Buffer, dots: readonly number[]): Buffer {
  const out = Buffer.allocUnsafe(window.length + dots.length);
  let from = 0;
  let to = 0;
  for (const dot of dots) {
    to += window.copy(out, to, from, dot);
    out[to++] = DOT;
    from = dot;
  }
  window.copy(out, to, from);
  return out;
}

/** @param line as it was before the window */
function withManyDots(window: Buffer, line: LineState): Buffer {
  const out = Buffer.allocUnsafe(window.length * 2);
  let { before, last } = line;
  let to = 0;
  for (let at = 0; at < window.length; at++) {
    const byte = window[at] as number;
    if (byte === DOT && last === LF && before === CR) out[to++] = DOT;
    out[to++] = byte;
    before = last;
    last = byte;
  }
  return out.subarray(0, to);
}
