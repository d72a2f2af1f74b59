import { en } from '../i18n/en.ts';
import { notice } from '../ui/notice.svelte.ts';

/** A file that the system opens with the installed app. TypeScript's library does not know launches. */
type LaunchParams = { files?: readonly FileSystemFileHandle[] };
type LaunchingWindow = Window & {
  launchQueue?: { setConsumer(consumer: (params: LaunchParams) => void): void };
};

/** Opens what the system hands to the installed app: files opened with it, and photographs shared to it. */
export function openHanded(open: (files: Iterable<File>) => void): void {
  (window as LaunchingWindow).launchQueue?.setConsumer(({ files = [] }) => {
    if (files.length === 0) return;
    void Promise.all(files.map((handle) => handle.getFile())).then(open, () =>
      notice.show(en.noPictures),
    );
  });
  const shared = new URLSearchParams(location.search).get('shared');
  if (shared === null) return;
  // A page that is loaded again has not been handed anything.
  history.replaceState(history.state, '', location.pathname);
  if (shared === 'refused') notice.show(en.sharedRefused);
  else void openShared(open);
}

async function openShared(open: (files: Iterable<File>) => void): Promise<void> {
  try {
    const { takeShared } = await import('../../offline/shared-files.ts');
    const files = await takeShared();
    if (files.length > 0) open(files);
    else notice.show(en.sharedNothing);
  } catch {
    notice.show(en.sharedRefused);
  }
}
