/** Programs from other origins, as the addresses of Blobs that import them: one each, kept with the page. */
const importers = new Map<string, string>();

/**
 * Starts a module worker, also where its program comes from another origin than the page, as on a site that
 * embeds us: browsers start workers from their page's own origin only, so there a Blob imports the program, which
 * its server must allow by CORS. Within it `import.meta.url` is the program's own address.
 * @param program absolute address of the module.
 * @throws {DOMException} where the page may not start workers. One that may not start Blobs (`worker-src`
 *   without `blob:`), or whose program cannot be had, fires `error`.
 */
export function startWorker(program: URL, name: string): Worker {
  const isOwn = program.origin === globalThis.origin;
  return new Worker(isOwn ? program : importerOf(program.href), { type: 'module', name });
}

function importerOf(program: string): string {
  const known = importers.get(program);
  if (known) return known;
  const source = `import ${JSON.stringify(program)};`;
  const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  importers.set(program, address);
  return address;
}
