import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { CATALOGUE } from '../../../backend/shared/catalogue.ts';

const FOLDER = 'backend/shared/refusals';

describe('The catalogue of refusals', () => {
  it('has every code of every domain, each with one meaning', async () => {
    const files = readdirSync(FOLDER).filter((name) => name !== 'refusal.ts');
    const modules = await Promise.all(files.map((name) => import(`../../../${FOLDER}/${name}`)));
    const codes = modules
      .flatMap((module) => Object.values(module))
      .flatMap((group) => Object.keys(group as object));
    expect(codes.toSorted()).to.deep.equal(Object.keys(CATALOGUE).toSorted());
  });
});
