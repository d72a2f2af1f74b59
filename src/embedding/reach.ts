/** What a page can find out about an address that it could not fetch. */
export type Reach = 'readable' | 'forbidden' | 'no-cors' | 'gone';

/** A server that says nothing for so long has not answered. */
const PATIENCE_MS = 20_000;

/**
 * Asks an address again, to learn why it could not be fetched: browsers tell programs nothing but that it failed.
 * @returns `forbidden` where the page's own Content-Security-Policy is the reason, `no-cors` where the
 *   server answers and does not let other sites read; never rejects.
 */
export async function reachOf(address: URL): Promise<Reach> {
  const hosts: string[] = [];
  const note = (event: SecurityPolicyViolationEvent) => void hosts.push(originOf(event.blockedURI));
  document.addEventListener('securitypolicyviolation', note);
  const request: RequestInit = { credentials: 'omit', signal: AbortSignal.timeout(PATIENCE_MS) };
  try {
    const response = await fetch(address, request);
    await response.body?.cancel();
    return response.ok ? 'readable' : 'gone';
  } catch {
    // The violation is told in a task of its own.
    await new Promise((resolve) => setTimeout(resolve));
    if (hosts.includes(address.origin)) return 'forbidden';
  } finally {
    document.removeEventListener('securitypolicyviolation', note);
  }
  try {
    await fetch(address, { ...request, mode: 'no-cors' });
    return 'no-cors';
  } catch {
    return 'gone';
  }
}

function originOf(address: string): string {
  return URL.canParse(address) ? new URL(address).origin : '';
}
