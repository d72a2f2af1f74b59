import { whenIdle } from './when-idle.ts';

/**
 * Fetches what is loaded only when it is asked for, once the page has nothing else to do: the diagnostics
 * and the journal are wanted most where the connection has just gone.
 */
export function fetchAheadWhenIdle(): void {
  const fetchAhead = () =>
    void Promise.allSettled([
      import('./diagnostics/Diagnostics.svelte'),
      import('../journal/journal-store.ts'),
      import('./offline/OfflineDialog.svelte'),
      import('./models/AddModel.svelte'),
      import('./models/ModelCard.svelte'),
      import('./recolour/MoreColours.svelte'),
      import('./repair/RepairTools.svelte'),
    ]);
  whenIdle(fetchAhead);
}
