import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { headerPolicy, pagePolicy } from '../../../scripts/security-policy.mjs';

const documented = readFileSync('docs/hosting.md', 'utf8');

test('the documented policy is the one that is sent', () => {
  expect(documented).toContain(`\nContent-Security-Policy: ${headerPolicy('/index.html')}\n`);
  expect(headerPolicy('/embed.html')).toBe('frame-ancestors *');
});

test.each(['index.html', 'engine.html', 'bench.html', 'embed.html'])(
  'the policy of %s lets no inline script or style, and no eval, pass',
  (page) => {
    for (const policy of [pagePolicy(page), headerPolicy('/index.html')]) {
      expect(policy).not.toMatch(
        /unsafe-(inline|hashes)|'unsafe-eval'|script-src[^;]*(https?:|\*)/,
      );
      expect(policy).toContain("default-src 'none'");
    }
  },
);
