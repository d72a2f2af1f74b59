import type { ModelCard } from '../models/card.ts';

/** What the planner looks at of a model: its sizes, and what each takes. Other networks than DDColor have these too. */
export type PlannedCard = Pick<ModelCard, 'id' | 'name' | 'sizes' | 'memory'>;
