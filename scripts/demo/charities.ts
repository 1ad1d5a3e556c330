/** A make-believe charity; its number in the hub is its place in the list, from 1. */
export interface DemoCharity {
  readonly name: string;
  readonly story: string;
}

export const DEMO_CHARITIES: readonly DemoCharity[] = [
  {
    name: 'Riverside Food Bank',
    story:
      'Volunteers collect what markets and bakeries could not sell by evening and bring it to 340 households before breakfast. One dollar moves about four kilograms of food.',
  },
  {
    name: 'Second Chapter',
    story:
      'A library on wheels for villages that lost theirs. Every Tuesday and Friday a converted bus brings 2,000 books, a reading hour for children, and a warm place to sit.',
  },
  {
    name: 'Old Forest Trust',
    story:
      'Buys small pieces of old forest as they come up for sale and leaves them alone. So far 61 hectares, each open to walkers, none open to saws.',
  },
];
