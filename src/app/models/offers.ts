import type { ModelOffer } from '../../worker/model-protocol.ts';

/** More files than any model folder has: whoever drops a home directory is not made to wait for it. */
const MOST_FILES = 5000;

type FolderFile = { path: string; file: File };

/** Files that a picker gave, as an offer; null where there is no model among them. */
export function offerOfFiles(files: readonly File[]): ModelOffer | null {
  const [first] = files;
  if (!first) return null;
  if (files.length === 1 && isOnnx(first)) return { kind: 'file', name: first.name, file: first };
  const found = files.map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  const name = found[0]!.path.includes('/') ? found[0]!.path.split('/')[0]! : 'these files';
  return offerOfFolder(name, found);
}

/** What was dropped, as an offer. Must be called within the event: the browser takes it back after. */
export async function offerOfDrop(transfer: DataTransfer): Promise<ModelOffer | null> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  const files = [...transfer.files];
  const link = transfer.getData('text/uri-list').split('\n')[0]?.trim();
  const folder = entries.find((entry) => entry?.isDirectory);
  if (folder) {
    const found = await filesIn(folder as FileSystemDirectoryEntry);
    return offerOfFolder(folder.name, found);
  }
  if (files.length > 0) return offerOfFiles(files);
  return link ? { kind: 'address', address: link } : null;
}

/** A folder that holds one ONNX file and no card is that file. */
function offerOfFolder(name: string, files: readonly FolderFile[]): ModelOffer | null {
  if (files.some(({ path }) => /(^|\/)card\.json$/.test(path))) {
    return { kind: 'folder', name, files };
  }
  const graphs = files.filter(({ file }) => isOnnx(file));
  const [graph] = graphs;
  return graph && graphs.length === 1
    ? { kind: 'file', name: graph.file.name, file: graph.file }
    : null;
}

async function filesIn(folder: FileSystemDirectoryEntry): Promise<FolderFile[]> {
  const found: FolderFile[] = [];
  const folders = [folder];
  for (let next = folders.shift(); next && found.length < MOST_FILES; next = folders.shift()) {
    const reader = next.createReader();
    // A reader gives a hundred at a time, and none at the end.
    for (
      let entries = await readSome(reader);
      entries.length > 0 && found.length < MOST_FILES;
      entries = await readSome(reader)
    ) {
      for (const entry of entries) {
        if (entry.isDirectory) folders.push(entry as FileSystemDirectoryEntry);
        else found.push(await fileOf(entry as FileSystemFileEntry));
      }
    }
  }
  return found;
}

function readSome(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

function fileOf(entry: FileSystemFileEntry): Promise<FolderFile> {
  return new Promise((resolve, reject) =>
    entry.file((file) => resolve({ path: entry.fullPath.replace(/^\//, ''), file }), reject),
  );
}

function isOnnx({ name }: File): boolean {
  return /\.onnx$/i.test(name);
}
