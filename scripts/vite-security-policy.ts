import { basename } from 'node:path';
import type { Plugin } from 'vite';
import { pagePolicy } from './security-policy.mjs';

/** Writes its Content Security Policy into every document of the build; the development server needs more. */
export function securityPolicy(): Plugin {
  return {
    name: 'autochrome-security-policy',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { path }) => [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: pagePolicy(basename(path)) },
          injectTo: 'head-prepend',
        },
      ],
    },
  };
}
