/** What lessons are: the shapes. */
export interface LessonRow {
  readonly feedbackId: string;
  readonly at: number;
  /** Version of the features. */
  readonly version: number;
  /** Log-odds of the message without anything learnt here; means nothing where `slots` is ''. */
  readonly logit: number;
  /** Slots as 32-bit little-endian numbers in base64; '' when the message was not there any more. */
  readonly slots: string;
  /** JSON: where each block of features ends. */
  readonly ends: string;
}

export interface LessonBook {
  /** Does nothing for a lesson that stands already; one made with other features is replaced, or it would be made anew each time. */
  add(row: LessonRow): Promise<void>;
  /** The newest first. */
  list(limit: number): Promise<readonly LessonRow[]>;
  /** Forgets all but the newest. */
  keep(count: number): Promise<void>;
  /** Scores of incoming messages that were delivered between these times and that nobody called unwanted since; newest first. */
  deliveredScores(from: number, before: number, limit: number): Promise<readonly number[]>;
}
