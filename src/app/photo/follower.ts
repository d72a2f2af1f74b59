/** A tool that is loaded when it is first used, and follows what becomes of the photograph from then on. */
export type Follower = {
  /** Settings were changed, undone or done again. */
  settingsChanged(): void;
  /** A run has ended well: its colours are shown, in place of all that were. */
  ran(): void;
  /** The photograph is taken off the desk; it may come back. */
  rested(): void;
};
