import svelte from 'eslint-plugin-svelte';
import typescript from 'typescript-eslint';

// Only what oxlint cannot read: components.
export default [
  { ignores: ['**/*.ts', '**/*.mjs', '**/*.js', '!**/*.svelte.ts'] },
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: typescript.parser } },
    rules: {
      // TypeScript checks names better (svelte-check).
      'no-undef': 'off',
      'svelte/require-each-key': 'error',
      'svelte/no-at-html-tags': 'error',
    },
  },
];
