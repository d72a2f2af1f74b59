/** How long the page stays out of sight. */
const HIDDEN_MS = 700;

/** The page is on a phone from now, whose fingers are coarse: the app lets go of memory there when it is hidden. */
export function passForPhone(): void {
  const { matchMedia } = globalThis;
  globalThis.matchMedia = (query) => matchMedia(query === '(pointer: coarse)' ? 'all' : query);
}

/** Lets the page be hidden and shown again, as when a phone's user looks at something else. */
export async function hidePage(): Promise<void> {
  show('hidden');
  await new Promise((resolve) => setTimeout(resolve, HIDDEN_MS));
  show('visible');
}

function show(visibilityState: DocumentVisibilityState): void {
  Object.defineProperties(document, {
    visibilityState: { value: visibilityState, configurable: true },
    hidden: { value: visibilityState === 'hidden', configurable: true },
  });
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
}
