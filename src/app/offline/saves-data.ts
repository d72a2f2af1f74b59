/** Chromium's word of a visitor who pays for bytes; TypeScript's library does not know it. */
type SavingNavigator = Navigator & { connection?: { saveData?: boolean } };

/** Whether the visitor has asked their browser to save data: nothing is fetched unasked then. */
export function savesData(): boolean {
  return (navigator as SavingNavigator).connection?.saveData ?? false;
}
