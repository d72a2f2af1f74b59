import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { distFolder } from '../../scripts/build.mjs';
import { serveFolder } from '../../scripts/static-server.mjs';
import { drawnPng } from './drawn-png.ts';

/** What a site answers for a path: a body with its headers. */
export type Answer = {
  body: string | Buffer;
  type?: string;
  status?: number;
  headers?: Record<string, string>;
};

/** Answers of a site by path, before its folder is looked into; `null` never answers. */
export type Answers = Map<string, Answer | null>;

/** A server with what it was asked for. */
export type Site = {
  address: string;
  answers: Answers;
  asked: string[];
  close: () => Promise<void>;
};

const ALLOW = { 'Access-Control-Allow-Origin': '*' };

/**
 * Two sites for one test, as a browser sees them: `localhost`, which has the built program below a path and lets
 * everybody read it, and `127.0.0.1`, whose pages embed it.
 */
export async function serveSites(): Promise<{
  program: Site;
  host: Site;
  close: () => Promise<void>;
}> {
  const program = await serve('localhost', '/colour/', ALLOW);
  const host = await serve('127.0.0.1', '/', {});
  const picture = await drawnPng(160, 112);
  host.answers.set('/street.png', { body: picture, type: 'image/png', headers: ALLOW });
  program.answers.set('/street.png', { body: picture, type: 'image/png', headers: ALLOW });
  const close = async () => void (await Promise.all([program.close(), host.close()]));
  return { program, host, close };
}

/** A page of the host, with the element's program and something in its body. */
export function hostPage(program: Site, body: string): Answer {
  const script = `${program.address}embed/autochrome-photo.js`;
  return {
    type: 'text/html; charset=utf-8',
    body: `<!doctype html><html lang="en"><head><title>An archive</title>
      <script type="module" src="${script}"></script></head><body><main><h1>An archive</h1>${body}</main></body></html>`,
  };
}

/** An example of docs/examples as a page of the host, with these sites in place of those that it names. */
export async function examplePage(
  name: 'element' | 'frame',
  { program, host }: { program: Site; host: Site },
): Promise<{ type: string; body: string }> {
  let body = await readFile(`docs/examples/${name}.html`, 'utf8');
  for (const [named, { address }] of [
    ['https://autochrome.example', program],
    ['https://archive.example', host],
  ] as const) {
    const { origin } = new URL(address);
    body = body.replaceAll(`${named}/`, address).replaceAll(named, origin);
    body = body.replaceAll(encodeURIComponent(named), encodeURIComponent(origin));
  }
  return { type: 'text/html; charset=utf-8', body };
}

/** The strictest Content-Security-Policy under which everything works; docs/archives.md says the same. */
export function hostRules(program: Site, but: Record<string, string> = {}): string {
  const { origin } = new URL(program.address);
  const rules = {
    'default-src': "'self'",
    'script-src': `${origin} 'wasm-unsafe-eval'`,
    'worker-src': `blob: ${origin}`,
    'connect-src': `'self' ${origin}`,
    ...but,
  };
  return Object.entries(rules)
    .map((rule) => rule.join(' '))
    .join('; ');
}

/** @param base path below which it serves; answers and what it was asked for are told without it. */
async function serve(name: string, base: string, headers: Record<string, string>): Promise<Site> {
  const answers: Answers = new Map();
  const asked: string[] = [];
  const { address, close } = await serveFolder(distFolder, {
    path: base,
    isIsolated: false,
    hasPolicy: false,
    route: ({ url = '/' }, response) => {
      const path = new URL(url, 'http://localhost').pathname.replace(base, '/');
      asked.push(path);
      for (const [header, value] of Object.entries(headers)) response.setHeader(header, value);
      const answer = answers.get(path);
      if (answer) send(response, answer);
      return answer !== undefined;
    },
  });
  return { address: address.replace('localhost', name), answers, asked, close };
}

function send(response: ServerResponse, { body, type, status = 200, headers = {} }: Answer): void {
  response.removeHeader('Access-Control-Allow-Origin');
  response.writeHead(status, { ...(type && { 'Content-Type': type }), ...headers }).end(body);
}
