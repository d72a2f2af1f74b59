/** How long the page stays out of sight. */
const HIDDEN_MS = 700;

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
