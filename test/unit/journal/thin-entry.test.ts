import { expect, test } from 'vitest';
import { MOST_ENTRIES, newestFirst } from '../../../src/journal/newest-first.ts';
import { thinEntry } from '../../../src/journal/thin-entry.ts';
import { drawnAttempt, drawnEntry, drawnMemory, ownerBytes } from '../../support/run-entry.ts';

test('a stored run keeps the shape and the peak of its memory in few points', () => {
  const timeline = Array.from({ length: 512 }, (_, ms) => ({
    ms,
    bytes: ownerBytes({ activations: ms === 333 ? 9e8 : (ms % 10) * 1e6 }),
  }));
  const ledger = drawnMemory({ timeline });
  const entry = drawnEntry({ attempts: [drawnAttempt(null, { ledger })] });
  const thin = thinEntry(entry, { keepsName: true }).attempts[0]?.ledger;
  expect(thin?.timeline.length).toBeLessThanOrEqual(64);
  expect(thin?.timeline).toContainEqual(timeline[333]);
  expect(thin?.peakBytes).toEqual(ledger.peakBytes);
});

test('the photograph’s name is left out unless it is asked for', () => {
  const entry = drawnEntry({ name: 'grandmother.jpg' });
  expect(thinEntry(entry, { keepsName: false }).name).toBeNull();
  expect(JSON.stringify(thinEntry(entry, { keepsName: false }))).not.toContain('grandmother');
  expect(thinEntry(entry, { keepsName: true }).name).toBe('grandmother.jpg');
});

test('particulars of an error become plain and short', () => {
  const circle: Record<string, unknown> = { shader: 'x'.repeat(90_000), ask: () => 1, n: 7n };
  const broken = thinEntry(
    drawnEntry({ attempts: [drawnAttempt('gpu/failed', { detail: circle })] }),
    {
      keepsName: false,
    },
  );
  expect(Object.keys(broken.attempts[0]?.error?.detail ?? {})).toEqual(['note']);
  const long = { shader: 'x'.repeat(90_000), budgetBytes: 5 };
  const kept = thinEntry(drawnEntry({ attempts: [drawnAttempt('gpu/failed', { detail: long })] }), {
    keepsName: false,
  });
  expect(kept.attempts[0]?.error?.detail).toMatchObject({ budgetBytes: 5 });
  expect(JSON.stringify(kept).length).toBeLessThan(6000);
});

test('the newest come first, each once, and no more than are kept', () => {
  const entries = Array.from({ length: 70 }, (_, at) => drawnEntry({ at, id: String(at) }));
  const again = { ...entries[69]!, name: null };
  const listed = newestFirst([...entries, again]);
  expect(listed).toHaveLength(MOST_ENTRIES);
  expect(listed.map(({ at }) => at)).toEqual(Array.from({ length: 50 }, (_, i) => 69 - i));
  expect(listed[0]?.name).toBe('grandmother.jpg');
});
