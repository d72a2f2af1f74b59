import {
  cleanupOutdatedCaches,
  getCacheKeyForURL,
  matchPrecache,
  precache,
  type PrecacheEntry,
} from 'workbox-precaching';
import { isStartRequest, type StartAnswer } from './messages.ts';
import { keepShared } from './shared-files.ts';

/**
 * Keeps the page itself: after one visit it opens without a network. Weights are not its business: the engine keeps
 * them by their content, so that a new version of the page fetches none of them again.
 */
declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: PrecacheEntry[] };

/** Where the system sends what is shared to the installed app (`share_target` of the manifest). */
const SHARE_PATH = 'share';

precache(self.__WB_MANIFEST);
cleanupOutdatedCaches();

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const path = pathInScope(request.url);
  if (path === null) return;
  if (request.method === 'POST' && path === SHARE_PATH) event.respondWith(receiveShared(request));
  if (request.method !== 'GET') return;
  const address = new URL(path === '' ? 'index.html' : path, self.registration.scope).href;
  if (getCacheKeyForURL(address)) event.respondWith(answer(address, request));
});

self.addEventListener('message', (event) => {
  if (isStartRequest(event.data)) event.waitUntil(startNewVersion(event));
});

/** The path of an address below the page's own folder; null where it lies elsewhere. */
function pathInScope(address: string): string | null {
  const { origin, pathname } = new URL(address);
  const scope = new URL(self.registration.scope);
  return origin === scope.origin && pathname.startsWith(scope.pathname)
    ? pathname.slice(scope.pathname.length)
    : null;
}

async function answer(address: string, request: Request): Promise<Response> {
  const kept = await matchPrecache(address);
  // Browsers may drop a single file.
  return kept ? isolated(kept) : fetch(request);
}

/**
 * Threads of wasm need an isolated page, and many static hosts cannot send the headers that make it one. All that
 * the page is made of comes from its own folder, so nothing is lost by them.
 */
function isolated(response: Response): Response {
  if (response.headers.has('Cross-Origin-Embedder-Policy')) return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

/** Keeps what was shared until the page, which is opened next, takes it. */
async function receiveShared(request: Request): Promise<Response> {
  const found = await keepShared(request).then(
    (count) => (count > 0 ? 'photographs' : 'nothing'),
    () => 'refused',
  );
  return Response.redirect(new URL(`?shared=${found}`, self.registration.scope), 303);
}

/**
 * Starts this version in place of the one that pages run on, unless another page than the one that asks is open: its
 * photographs would be left without their program.
 */
async function startNewVersion({ ports, source }: ExtendableMessageEvent): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const asking = source instanceof Client ? source.id : '';
  const others = windows.filter(({ id, url }) => {
    const path = pathInScope(url);
    return id !== asking && (path === '' || path === 'index.html');
  });
  const answer: StartAnswer = { isStarted: others.length === 0 };
  if (answer.isStarted) await self.skipWaiting();
  ports[0]?.postMessage(answer);
}
