import { createStore, update } from 'idb-keyval';

/** The field of the form that the system sends; the manifest names it too. */
const FIELD = 'photographs';
/** More than anybody shares at once: any site can send a form here. */
const MOST_FILES = 100;
const MOST_BYTES = 2 ** 30;
const KEY = 'files';

/** What was shared to the installed app and no page has taken yet. */
const store = () => createStore('autochrome-shared', 'files');

/**
 * Keeps the files of a share until a page takes them.
 * @returns how many there were.
 * @throws {Error} where the form cannot be read, is too large, or the browser keeps nothing.
 */
export async function keepShared(request: Request): Promise<number> {
  const form = await request.formData();
  const files = form.getAll(FIELD).filter((entry) => entry instanceof File);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (files.length > MOST_FILES || bytes > MOST_BYTES) throw new RangeError('Too much was shared.');
  const withEarlier = (earlier: File[] = []) => [...earlier, ...files].slice(-MOST_FILES);
  if (files.length > 0) await update<File[]>(KEY, withEarlier, store());
  return files.length;
}

/** Takes what was shared; it is no longer kept then. @throws {Error} where the browser keeps nothing. */
export async function takeShared(): Promise<File[]> {
  let taken: File[] = [];
  const takeAll = (files: File[] = []): File[] => {
    taken = files;
    return [];
  };
  // In one step: two pages that open at once do not both take them.
  await update(KEY, takeAll, store());
  return taken;
}
