/** A text that several programs, and people with an editor, change: a file, or a place in memory. */
export interface TextStore {
  /** What to call it in a sentence: a file's path, mostly. */
  readonly name: string;
  /** Whether it is to be saved and cannot be, so that changes hold for this run. Default false. */
  readonly isUnsaved?: boolean;
  /** The whole text; empty if there is none yet. Cheap to call again while nothing has changed. */
  read(): Promise<string>;
  /**
   * Changes the text, as one step that no other change comes in between.
   *
   * @param edit Given the text as it is now, what it becomes. It may throw, and then nothing changes.
   */
  update(edit: (text: string) => string): Promise<void>;
}

/** A text that lasts for one run. */
export function memoryStore(name: string, text = ""): TextStore {
  return {
    name,
    read: () => Promise.resolve(text),
    update(edit) {
      try {
        text = edit(text);
        return Promise.resolve();
      } catch (error) {
        return Promise.reject(error);
      }
    },
  };
}
