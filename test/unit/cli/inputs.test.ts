import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/cli/arguments.mjs';
import { planJobs } from '../../../src/cli/inputs.mjs';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autochrome-inputs-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function make(...names: string[]) {
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), '');
  }
}

/** Jobs as `input > output`, relative to the test's folder. */
async function plan(inputs: string[], format: 'png' | 'jpeg' = 'png', out = 'out') {
  const named = inputs.map((name) => join(folder, name));
  const jobs = await planJobs(named, join(folder, out), format);
  return jobs.map((job) => [job.input, job.output].map((p) => relative(folder, p)).join(' > '));
}

describe('planJobs', () => {
  test('finds pictures in folders in natural order and keeps subfolders', async () => {
    await make(
      'in/scan-10.jpg',
      'in/scan-9.TIF',
      'in/notes.txt',
      'in/album/1.webp',
      'in/.hidden.png',
    );
    expect(await plan(['in'])).toEqual([
      `${join('in', 'album', '1.webp')} > ${join('out', 'album', '1.png')}`,
      `${join('in', 'scan-9.TIF')} > ${join('out', 'scan-9.png')}`,
      `${join('in', 'scan-10.jpg')} > ${join('out', 'scan-10.png')}`,
    ]);
  });

  test('takes a named file whatever it is called', async () => {
    await make('photograph');
    expect(await plan(['photograph'], 'jpeg')).toEqual([
      `photograph > ${join('out', 'photograph.jpg')}`,
    ]);
  });

  test('gives inputs of one name results of their own', async () => {
    await make('a/x.jpg', 'b/x.jpg', 'b/X.png', 'c/x-2.gif');
    const outputs = (await plan(['a/x.jpg', 'b', 'c'])).map((line) => line.split(' > ')[1]);
    const unique = new Set(outputs.map((output) => output?.toLowerCase()));
    expect(unique.size).toBe(4);
  });

  test('never writes over an input', async () => {
    await make('in/x.png', 'in/y.jpg');
    expect(await plan(['in/x.png', 'in/y.jpg'], 'png', 'in')).toEqual([
      `${join('in', 'x.png')} > ${join('in', 'x-2.png')}`,
      `${join('in', 'y.jpg')} > ${join('in', 'y.png')}`,
    ]);
  });

  test('does not take results inside the searched folder for photographs', async () => {
    await make('in/x.jpg', 'in/out/x.png');
    expect(await plan(['in'], 'png', 'in/out')).toHaveLength(1);
  });

  test('colours a file once, however often it is named', async () => {
    await make('in/x.jpg');
    await symlink(join(folder, 'in', 'x.jpg'), join(folder, 'same.jpg'));
    expect(await plan(['in', 'in/x.jpg', 'same.jpg'])).toHaveLength(1);
  });

  test('says what is not there, and where nothing was found', async () => {
    await make('empty/notes.txt');
    await expect(plan(['nowhere.jpg'])).rejects.toThrow(/no file or folder.*nowhere\.jpg/);
    await expect(plan(['empty'])).rejects.toThrow(UsageError);
  });
});
