import { expect, test } from 'vitest';
import { catalogueIn, engineName, touchPointsIn } from '../../../src/worker/engine-name.ts';

test('a worker’s name carries what it is told and nothing else', () => {
  const catalogue = new URL('https://archive.example/a%20b/models/catalogue.json?v=1');
  expect(catalogueIn(engineName(5, catalogue))).toEqual(catalogue);
  expect(touchPointsIn(engineName(5, catalogue))).toBe(5);
  expect(catalogueIn(engineName(0))).toBeNull();
  expect(touchPointsIn(engineName(0))).toBe(0);
  expect(catalogueIn('another/0/https://elsewhere.example/')).toBeNull();
  expect(touchPointsIn('another/5')).toBe(0);
});
