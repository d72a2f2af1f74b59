import { expect, test } from 'vitest';
import { readRequest, speakingOrigins } from '../../../src/embed/frame-protocol.ts';

test('a request is what the protocol says, and nothing else', () => {
  expect(readRequest({ autochrome: 1, type: 'colour' })).toEqual({ autochrome: 1, type: 'colour' });
  const set = { autochrome: 1, type: 'set', strength: 0.5, position: 100 };
  expect(readRequest(set)).toEqual(set);
});

test.each([
  [null],
  ['colour'],
  [{ type: 'colour' }],
  [{ autochrome: 2, type: 'colour' }],
  [{ autochrome: '1', type: 'colour' }],
  [{ autochrome: 1, type: 'run', code: 'alert(1)' }],
  [{ autochrome: 1, type: 'colour', src: 'https://elsewhere.example/a.png' }],
  [{ autochrome: 1, type: 'set', strength: 2 }],
  [{ autochrome: 1, type: 'set', strength: Number.NaN }],
  [{ autochrome: 1, type: 'set', position: -1 }],
  [{ autochrome: 1, type: 'set', position: '50' }],
  [JSON.parse('{"autochrome":1,"type":"colour","__proto__":{"polluted":true}}')],
])('%j is dropped', (message) => {
  expect(readRequest(message)).toBeNull();
});

test('origins are spoken with where the frame’s address names them and its site allows them', () => {
  const archive = 'https://archive.example';
  expect([...speakingOrigins([archive], '*')]).toEqual([archive]);
  expect([...speakingOrigins([archive], `https://other.example ${archive}`)]).toEqual([archive]);
  expect([...speakingOrigins([archive], 'https://other.example')]).toEqual([]);
  expect([...speakingOrigins([archive], '')]).toEqual([]);
  expect([...speakingOrigins([], '*')]).toEqual([]);
});

test.each(['*', 'null', '', 'archive.example', 'https://archive.example/', 'javascript:alert(1)'])(
  '%j is no origin',
  (named) => {
    expect([...speakingOrigins([named], '*')]).toEqual([]);
  },
);
