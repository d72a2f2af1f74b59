/** A photograph in the public domain, fetched from Wikimedia Commons only when it is asked for. */
export type CommonsPhotograph = {
  title: string;
  author: string;
  year: number;
  /** A thumbnail in one of the widths that Commons serves. */
  address: string;
  fileName: string;
};

const COMMONS = 'https://upload.wikimedia.org/wikipedia/commons/thumb/';

/** Works of United States agencies or older than their copyright; see each one's page on Commons. */
export const COMMONS_PHOTOGRAPHS: readonly CommonsPhotograph[] = [
  {
    title: 'Migrant Mother',
    author: 'Dorothea Lange',
    year: 1936,
    address: `${COMMONS}5/54/Lange-MigrantMother02.jpg/960px-Lange-MigrantMother02.jpg`,
    fileName: 'Migrant Mother.jpg',
  },
  {
    title: 'Power house mechanic',
    author: 'Lewis Hine',
    year: 1920,
    address: `${COMMONS}6/60/Lewis_Hine_Power_house_mechanic_working_on_steam_pump.jpg/1280px-Lewis_Hine_Power_house_mechanic_working_on_steam_pump.jpg`,
    fileName: 'Power house mechanic.jpg',
  },
  {
    title: 'Sacramento Street, San Francisco',
    author: 'Arnold Genthe',
    year: 1906,
    address: `${COMMONS}8/8e/San_Francisco_Fire_Sacramento_Street_1906-04-18.jpg/1280px-San_Francisco_Fire_Sacramento_Street_1906-04-18.jpg`,
    fileName: 'Sacramento Street 1906.jpg',
  },
];

/**
 * Fetches one of them.
 * @throws {Error} where there is no connection or Commons refuses.
 */
export async function fetchCommons(photograph: CommonsPhotograph): Promise<Blob> {
  const response = await fetch(photograph.address, {
    mode: 'cors',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
  });
  if (!response.ok) throw new Error(`Wikimedia Commons answered ${response.status}.`);
  return response.blob();
}
