import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { DISABLED_FEATURES } from '../../../scripts/chromium.mjs';

test('what Playwright turns off in Chromium stays off: our list replaces its own', () => {
  const folder = dirname(createRequire(import.meta.url).resolve('playwright-core/package.json'));
  const program = readFileSync(join(folder, 'lib/coreBundle.js'), 'utf8');
  const [, list = ''] = /\bdisabledFeatures = \[([^\]]*)\]/.exec(program) ?? [];
  const names = [...list.matchAll(/^\s*"(\w+)"/gm)].map(([, name]) => name);
  expect(names).toContain('MediaRouter');
  expect(DISABLED_FEATURES).toEqual(expect.arrayContaining(names));
});
