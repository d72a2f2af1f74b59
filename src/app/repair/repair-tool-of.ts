import type { Photo } from '../photo/photo.svelte.ts';
import { RepairTool } from './repair-tool.svelte.ts';

const tools = new WeakMap<Photo, Map<string, RepairTool>>();

/** The tool of a photograph as it is turned now: marks wait where it is turned back. */
export function repairToolOf(photo: Photo): RepairTool {
  const { adjustment } = photo.settings;
  const own = tools.get(photo) ?? new Map<string, RepairTool>();
  tools.set(photo, own);
  const name = `${adjustment.rotation} ${adjustment.isNegative}`;
  const tool = own.get(name) ?? new RepairTool(photo, adjustment);
  own.set(name, tool);
  return tool;
}
