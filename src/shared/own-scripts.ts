/** As browsers that know Trusted Types have it; TypeScript's library does not know it. */
type TrustedTypes = {
  createPolicy(name: string, rules: { createScriptURL: (address: string) => string }): unknown;
};

/**
 * Where a page demands Trusted Types, lets programs of its own site run as workers, and no others. To be called by a
 * page's or worker's first script, never by one that stands in other people's pages.
 * @param own address of that script.
 */
export function allowOwnScripts(own: string): void {
  const { origin } = new URL(own);
  const createScriptURL = (address: string): string => {
    if (new URL(address, own).origin === origin) return address;
    throw new TypeError(`No program of another site runs here: ${address}`);
  };
  try {
    const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
    trustedTypes?.createPolicy('default', { createScriptURL });
  } catch {
    // A page that has rules of its own allows what it wants.
  }
}
