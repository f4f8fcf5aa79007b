/** What a command may touch of the world: its two streams, its folder and its environment. */
export interface CommandIo {
  /** Writes as it is; resolves when there is room for more (backpressure). */
  out(text: string): Promise<void> | void;
  err(text: string): Promise<void> | void;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** 0 fine; 1 the answer is "no" (invalid policy, failing example); 2 usage or configuration error. */
export type ExitCode = 0 | 1 | 2;

/** @param args what follows the command's name */
export type Command = (args: readonly string[], io: CommandIo) => Promise<ExitCode>;
