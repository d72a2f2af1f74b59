import type { ModelCard } from '../../models/card.ts';
import type { RecolourCard } from '../../models/recolour-card.ts';

/**
 * Why several colourings are not offered with a coloriser, in a sentence for people; null where they are. The head
 * reads the features of the one DDColor that it was trained on: those of another mean nothing to it.
 */
export function whyNotOffered(
  coloriser: Pick<ModelCard, 'name' | 'id' | 'weights'>,
  { encoder }: Pick<RecolourCard, 'encoder'>,
): string | null {
  const shards = coloriser.weights.shards.map(({ sha256 }) => sha256);
  if (shards.join() === encoder.shards.join()) return null;
  return coloriser.id === encoder.id
    ? `Several colourings need another version of ${coloriser.name} than the one that is here.`
    : `Several colourings go with the model ${encoder.id}, and not with ${coloriser.name}.`;
}
